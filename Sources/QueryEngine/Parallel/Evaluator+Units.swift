import Model

extension Evaluator {
    /// Computes a window function part by part, by several threads where there is much to do, and hands the partial
    /// results over in the order of the series. Each begins with `empty`; each series is transformed first.
    func forEachUnit<Partial: UnitPartial>(
        _ plan: WindowPlan, _ grid: Grid, _ selection: any Selection, empty: Partial,
        transform: RowTransform? = nil, _ body: (inout Partial) throws(QueryError) -> Void
    ) throws(QueryError) {
        guard grid.count > 0 else { return }
        var parameters: [[Double]] = []
        for parameter in plan.parameters { parameters.append(try scalar(parameter)) }
        let task = WindowTask(
            plan: plan, grid: grid, selection: selection, parameters: parameters, limits: context.limits,
            tally: context.tally.cleared, delaysNameRemoval: context.delaysNameRemoval, transform: transform)
        let workers = context.workers
        let isShared = workers.threads > 1 && selection.unitCount > 1 && task.size >= workers.threshold
        let largest = task.largestUnit
        let threads = isShared ? workers.threads : 1
        let bytes = threads * (largest * WindowTask.sampleBytes + grid.count * WindowTask.stepBytes)
        let room = try context.budget.reserve(
            samples: 0, bytes: bytes, purpose: "\(task.selectionText) and \(threads * largest) samples at once")
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
        var operation = try WindowOperator(task)
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
