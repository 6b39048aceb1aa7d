import Model
import PromQL

/// Evaluates the nodes of a plan. A node with several users is evaluated once. Used by one thread.
final class Evaluator {
    /// What handing over a number costs at most: choosing it goes through a heap.
    private static let rowCost = 4

    let context: QueryContext
    private var vectors: [ObjectIdentifier: SeriesColumns] = [:]
    private var scalars: [ObjectIdentifier: [Double]] = [:]

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
    func ownVector(_ node: PlanNode) throws(QueryError) -> SeriesColumns {
        if node.uses == 1 { return try vector(node) }
        let columns = try vector(node)
        let room = try room(forCopyOf: columns, purpose: "a copy of \(node.text)")
        var copy = try columns.copied(context.limits)
        copy.hold(room)
        return copy
    }

    /// For numbers that are copied to be changed.
    func room(forCopyOf columns: SeriesColumns, purpose: @autoclosure () -> String) throws(QueryError) -> Reservation {
        try context.budget.reserve(samples: 0, bytes: columns.bytes, purpose: purpose())
    }

    /// Hands over the node's series one by one. A window function that nobody else asks for is not held as a whole.
    /// Where the plan says that names are dropped the labels still have them. `needsLabels`: those of every series.
    func forEachSeries(
        _ node: PlanNode, needsLabels: Bool = false, _ body: (SeriesRow) throws(QueryError) -> Void
    ) throws(QueryError) {
        if let plan = ownWindow(node) {
            context.enter(node)
            defer { context.leave() }
            let selection = try select(plan, node.grid)
            let steps = node.grid.count
            var names =
                needsDuplicateCheck(plan)
                ? try DuplicateCheck(
                    context.budget, purpose: "the names of \(plan.input.text) with \(selection.seriesCount) series")
                : nil
            let wanted: RowBlock.Wanted = needsLabels || names != nil ? .whole : .nothing
            var pace = Pace(context.limits)
            return try forEachUnit(plan, node.grid, selection, empty: RowBlock(steps: steps, wanted)) {
                block throws(QueryError) in
                try block.forEachRow(selection) { row throws(QueryError) in
                    try pace.did(Self.rowCost * steps)
                    try names?.add(row.labels)
                    guard let profile = context.profile else { return try body(row) }
                    profile.add(node, row.values)
                    context.enterCaller()
                    defer { context.leave() }
                    try body(row)
                }
            }
        }
        let columns = try vector(node)
        let selection = ColumnsSelection(columns, grid: node.grid)
        let buffer = StepBuffer(node.grid.count)
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

    /// The node's window function when nobody else asks for its result.
    func ownWindow(_ node: PlanNode) -> WindowPlan? {
        if case .window(let plan) = node.operation, node.uses == 1 { return plan }
        return nil
    }

    /// Without their names series could be equal.
    func needsDuplicateCheck(_ plan: WindowPlan) -> Bool { dropsName(plan) && !plan.hasOneName }

    /// The labels that `forEachSeries` hands over are to be read without names.
    func isNameless(_ node: PlanNode) -> Bool {
        if case .window(let plan) = node.operation { return dropsName(plan) }
        return false
    }

    /// The function takes names away at once.
    func dropsName(_ plan: WindowPlan) -> Bool { plan.dropsName && !context.delaysNameRemoval }

    /// What the plan's function reads.
    func select(_ plan: WindowPlan, _ grid: Grid) throws(QueryError) -> any Selection {
        try select(
            plan.input, grid, keepsStaleMarkers: plan.function.needsStaleMarkers,
            wantsNewest: plan.function.needsStaleMarkers && grid.count == 1)
    }

    func select(
        _ input: RangeInput, _ grid: Grid, keepsStaleMarkers: Bool, wantsNewest: Bool = false
    ) throws(QueryError) -> any Selection {
        switch input.source {
        case .subquery(let node):
            context.tally.enterSubquery()
            defer { context.tally.leaveSubquery() }
            return ColumnsSelection(try vector(node), grid: node.grid)
        case .selector(let matchers, _):
            let selection = try selection(
                matchers, input, grid, keepsStaleMarkers: keepsStaleMarkers, wantsNewest: wantsNewest)
            context.statistics.seriesSelected += selection.seriesCount
            return selection
        }
    }

    /// Finds a selector's series.
    func selection(
        _ matchers: [LabelMatcher], _ input: RangeInput, _ grid: Grid, keepsStaleMarkers: Bool,
        wantsNewest: Bool = false
    ) throws(QueryError) -> any Selection {
        var request = SelectRequest(
            matchers: matchers, start: input.windowEnd(grid, 0) - input.range - input.before + 1,
            end: input.windowEnd(grid, max(grid.count - 1, 0)) + input.after,
            keepsStaleMarkers: keepsStaleMarkers && input.surroundings == nil)
        request.wantsNewest = wantsNewest && input.surroundings == nil
        do {
            return try context.snapshot.select(request)
        } catch {
            throw QueryError(error)
        }
    }
}
