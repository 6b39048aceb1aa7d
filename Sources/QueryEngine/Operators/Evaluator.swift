import Model
import PromQL

/// Evaluates the nodes of a plan. A node with several users is evaluated once. Used by one thread.
final class Evaluator {
    /// What handing over a number costs at most: choosing it goes through a heap.
    private static let rowCost = 4

    let context: QueryContext
    private var vectors: [ObjectIdentifier: SeriesColumns] = [:]
    private var scalars: [ObjectIdentifier: [Double]] = [:]
    /// What window functions read, where it was looked for before they are evaluated.
    private var selections: [ObjectIdentifier: any Selection] = [:]

    init(_ context: QueryContext) { self.context = context }

    /// One number per step of the node's grid.
    func scalar(_ node: PlanNode) throws(QueryError) -> [Double] {
        if let known = scalars[ObjectIdentifier(node)] { return known }
        context.enter(node)
        defer { context.leave() }
        try context.checkpoint()
        let result = try computeScalar(node)
        context.profile?.add(node, scalar: result)
        if node.uses > 1 { scalars[ObjectIdentifier(node)] = result }
        return result
    }

    func vector(_ node: PlanNode) throws(QueryError) -> SeriesColumns {
        if let known = vectors[ObjectIdentifier(node)] { return known }
        try context.checkpoint()
        context.enter(node)
        defer { context.leave() }
        let result = try computeVector(node)
        context.profile?.add(node, result)
        if node.uses > 1 { vectors[ObjectIdentifier(node)] = result }
        return result
    }

    /// The same to be changed in place: of what others ask for too, a copy.
    func ownVector(_ node: PlanNode) throws(QueryError) -> SeriesColumns { try own(try vector(node), node) }

    /// The node's result to be changed in place.
    func own(_ columns: SeriesColumns, _ node: PlanNode) throws(QueryError) -> SeriesColumns {
        if node.uses == 1 { return columns }
        let room = try room(forCopyOf: columns, purpose: "a copy of \(node.text)")
        var copy = try columns.copied(context.limits)
        copy.hold(room)
        return copy
    }

    /// For numbers that are copied to be changed.
    func room(forCopyOf columns: SeriesColumns, purpose: @autoclosure () -> String) throws(QueryError) -> Reservation {
        try context.budget.reserve(samples: 0, bytes: columns.bytes, purpose: purpose())
    }

    /// Hands over the node's series one by one; a pipeline is not held as a whole.
    /// Where the plan says that names are dropped the labels still have them. `needsLabels`: those of every series.
    func forEachSeries(
        _ node: PlanNode, needsLabels: Bool = false, _ body: (SeriesRow) throws(QueryError) -> Void
    ) throws(QueryError) {
        try forEachSeries(of: try source(node), node.grid, needsLabels: needsLabels, body)
    }

    func forEachSeries(
        of source: RowSource, _ grid: Grid, needsLabels: Bool = false, _ body: (SeriesRow) throws(QueryError) -> Void
    ) throws(QueryError) {
        switch source {
        case .columns(let columns): try forEachSeries(columns, grid, body)
        case .pipeline(let pipeline): try forEachSeries(pipeline, needsLabels: needsLabels, body)
        }
    }

    private func forEachSeries(
        _ pipeline: RowPipeline, needsLabels: Bool, _ body: (SeriesRow) throws(QueryError) -> Void
    ) throws(QueryError) {
        var names =
            pipeline.mayRepeat
            ? try DuplicateCheck(
                context.budget,
                purpose: "the names of \(pipeline.text) with \(pipeline.rows.seriesCount) series")
            : nil
        let wanted: RowBlock.Wanted = needsLabels || names != nil ? .whole : .nothing
        var pace = Pace(context.limits)
        try forEachUnit(pipeline, empty: RowBlock(steps: pipeline.steps, wanted)) { block throws(QueryError) in
            try block.forEachRow(pipeline.rows) { row throws(QueryError) in
                try pace.did(Self.rowCost * pipeline.steps)
                try names?.add(row.labels)
                try body(row)
            }
        }
    }

    private func forEachSeries(
        _ columns: SeriesColumns, _ grid: Grid, _ body: (SeriesRow) throws(QueryError) -> Void
    ) throws(QueryError) {
        let selection = ColumnsSelection(columns, grid: grid)
        let buffer = StepBuffer(grid.count)
        var pace = Pace(context.limits)
        try columns.forEachRow { series, row throws(QueryError) in
            try pace.did(Self.rowCost * columns.steps)
            buffer.values.update(from: row, count: columns.steps)
            try body(
                SeriesRow(
                    selection, series: series, values: buffer.values, isFull: buffer.present == columns.steps,
                    losesName: columns.losesName(series)))
        }
    }

    /// The function takes names away at once.
    func dropsName(_ plan: WindowPlan) -> Bool { plan.dropsName && !context.delaysNameRemoval }

    /// No more series than that are read from storage; nil when it is not known at once.
    func mostSeries(_ plan: WindowPlan, _ grid: Grid) -> Int? {
        guard case .selector(let matchers, _) = plan.input.source else { return nil }
        return context.snapshot.mostSeries(request(matchers, plan.input, grid, keepsStaleMarkers: true))
    }

    /// What the node's function reads, looked for once before it is evaluated; `QueryError.tooMuchWork` when that is
    /// more series.
    func selected(_ plan: WindowPlan, _ node: PlanNode, mostSeries: Int) throws(QueryError) -> any Selection {
        let selection = try select(plan, node.grid, mostSeries: mostSeries)
        selections[ObjectIdentifier(node)] = selection
        return selection
    }

    /// The same, found before or now.
    func selection(_ plan: WindowPlan, of node: PlanNode) throws(QueryError) -> any Selection {
        if let known = selections.removeValue(forKey: ObjectIdentifier(node)) { return known }
        return try select(plan, node.grid)
    }

    /// What the plan's function reads.
    func select(_ plan: WindowPlan, _ grid: Grid, mostSeries: Int? = nil) throws(QueryError) -> any Selection {
        try select(
            plan.input, grid, keepsStaleMarkers: plan.function.needsStaleMarkers,
            wantsNewest: plan.function.needsStaleMarkers && grid.count == 1, mostSeries: mostSeries)
    }

    func select(
        _ input: RangeInput, _ grid: Grid, keepsStaleMarkers: Bool, wantsNewest: Bool = false, mostSeries: Int? = nil
    ) throws(QueryError) -> any Selection {
        switch input.source {
        case .subquery(let node):
            context.tally.enterSubquery()
            defer { context.tally.leaveSubquery() }
            return ColumnsSelection(try vector(node), grid: node.grid, context.limits)
        case .selector(let matchers, _):
            let selection = try selection(
                matchers, input, grid, keepsStaleMarkers: keepsStaleMarkers, wantsNewest: wantsNewest,
                mostSeries: mostSeries)
            context.statistics.seriesSelected += selection.seriesCount
            return selection
        }
    }

    /// Finds a selector's series.
    func selection(
        _ matchers: [LabelMatcher], _ input: RangeInput, _ grid: Grid, keepsStaleMarkers: Bool,
        wantsNewest: Bool = false, mostSeries: Int? = nil
    ) throws(QueryError) -> any Selection {
        var request = request(
            matchers, input, grid, keepsStaleMarkers: keepsStaleMarkers, wantsNewest: wantsNewest)
        request.mostSeries = mostSeries
        let room = try AskedRoom(context.budget, purpose: "the series of \(input.text)")
        request.takesBytes = { room.take($0) }
        do {
            return try context.snapshot.select(request)
        } catch {
            throw room.refusal ?? QueryError(error)
        }
    }

    private func request(
        _ matchers: [LabelMatcher], _ input: RangeInput, _ grid: Grid, keepsStaleMarkers: Bool,
        wantsNewest: Bool = false
    ) -> SelectRequest {
        var request = SelectRequest(
            matchers: matchers, start: input.windowEnd(grid, 0) - input.range - input.before + 1,
            end: input.windowEnd(grid, max(grid.count - 1, 0)) + input.after,
            keepsStaleMarkers: keepsStaleMarkers && input.surroundings == nil)
        request.wantsNewest = wantsNewest && input.surroundings == nil
        return request
    }
}
