import Model

extension Evaluator {
    /// Computes a pipeline part by part, by several threads where there is much to do, and hands the partial results
    /// over in the order of the series. Each begins with `empty`. `isCounted`: nobody else counts the pipeline's result
    /// for the profile.
    func forEachUnit<Partial: UnitPartial>(
        _ pipeline: RowPipeline, empty: Partial, isCounted: Bool = true,
        _ body: (inout Partial) throws(QueryError) -> Void
    ) throws(QueryError) {
        guard pipeline.steps > 0 else { return }
        context.enter(pipeline.node)
        defer { context.leave() }
        guard let profile = context.profile else { return try compute(pipeline, pipeline.transforms, empty, body) }
        // To be profiled, the series come to this thread one by one. The same units make a part as without a profile,
        // so that the answer is the same to the last digit.
        let units = Partial.unitsPerPart(of: pipeline.source)
        let rows = RowBlock(steps: pipeline.steps, .nothing)
        var part = empty
        var unit = 0
        try compute(pipeline, [], rows) { block throws(QueryError) in
            try block.forEachRow(pipeline.source) { row throws(QueryError) in
                guard let row = apply(pipeline, to: row, isCounted: isCounted, profile) else { return }
                context.enterCaller()
                defer { context.leave() }
                part.add(row)
            }
            unit += 1
            if unit % units > 0, unit < pipeline.source.unitCount { return }
            context.enterCaller()
            defer { context.leave() }
            try body(&part)
            part = empty
        }
    }

    /// Nil when no number is left.
    private func apply(
        _ pipeline: RowPipeline, to row: SeriesRow, isCounted: Bool, _ profile: PlanProfile
    ) -> SeriesRow? {
        let stages = pipeline.stages
        if pipeline.plan != nil, isCounted || !stages.isEmpty { profile.add(pipeline.node, row.values) }
        for (place, stage) in stages.enumerated() {
            context.enter(stage.node)
            defer { context.leave() }
            stage.transform?.apply(to: row.values, series: row.series, steps: pipeline.steps)
            if isCounted || place < stages.count - 1 { profile.add(stage.node, row.values) }
        }
        let values = UnsafeBufferPointer(start: row.values, count: pipeline.steps)
        let absent = values.count(where: \.isAbsent)
        if absent == pipeline.steps { return nil }
        return SeriesRow(
            pipeline.rows, series: row.series, values: row.values, isFull: absent == 0, losesName: row.losesName)
    }

    private func compute<Partial: UnitPartial>(
        _ pipeline: RowPipeline, _ transforms: [any RowTransform], _ empty: Partial,
        _ body: (inout Partial) throws(QueryError) -> Void
    ) throws(QueryError) {
        let tally = context.tally.cleared
        switch pipeline.base {
        case .columns(let columns, let selection):
            let task = ColumnsTask(
                columns: columns, source: selection, rows: pipeline.rows, transforms: transforms,
                limits: context.limits, tally: tally, text: pipeline.text)
            try compute(task, empty, body)
        case .window(let plan, let selection):
            var parameters: [[Double]] = []
            for parameter in plan.parameters { parameters.append(try scalar(parameter)) }
            let task = WindowTask(
                plan: plan, grid: pipeline.node.grid, selection: selection, parameters: parameters,
                limits: context.limits, tally: tally, delaysNameRemoval: context.delaysNameRemoval,
                transforms: transforms, rows: pipeline.rows)
            try compute(task, empty, body)
        }
    }

    private func compute<Task: UnitTask, Partial: UnitPartial>(
        _ task: Task, _ empty: Partial, _ body: (inout Partial) throws(QueryError) -> Void
    ) throws(QueryError) {
        let selection = task.selection
        let workers = context.workers
        let isShared = workers.threads > 1 && selection.unitCount > 1 && task.size >= workers.threshold
        let threads = isShared ? workers.threads : 1
        let bytes = threads * task.threadBytes
        let room = try context.budget.reserve(
            samples: 0, bytes: bytes, purpose: "\(task.text) and \(threads * task.samplesAtOnce) samples at once")
        defer { withExtendedLifetime(room) {} }
        context.profile?.add(bytes: bytes)
        if isShared {
            let job = try UnitJob(task, threads: workers.threads, empty: empty)
            workers.offer(job)
            defer { workers.withdraw(job) }
            return try job.run { outcome throws(QueryError) in
                note(outcome.notes)
                var partial = try outcome.result.get()
                try body(&partial)
            }
        }
        var operation = try task.makeOperator()
        let units = Partial.unitsPerPart(of: selection)
        for first in stride(from: 0, to: selection.unitCount, by: units) {
            var partial = empty
            defer { note(operation.takeNotes()) }
            for unit in first..<min(first + units, selection.unitCount) {
                try operation.compute(unit: unit, into: &partial)
            }
            try body(&partial)
        }
    }

    private func note(_ notes: UnitNotes) {
        context.annotations.merge(notes.annotations)
        context.statistics.samplesRead += notes.samplesRead
        context.tally.merge(notes.tally)
        context.reportProgress()
    }
}
