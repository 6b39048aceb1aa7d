import Model
import PromQL

extension Evaluator {
    func computeVector(_ node: PlanNode) throws(QueryError) -> SeriesColumns {
        switch node.operation {
        case .window(let plan): return try materialize(plan, node.grid)
        case .broadcast(let child): return try broadcast(try vector(child), node.grid.count)
        case .vectorOf(let child):
            return SeriesColumns(
                labels: node.grid.count > 0 ? [.empty] : [], values: try scalar(child), steps: node.grid.count,
                reservation: try context.budget.reserve(samples: node.grid.count, purpose: "vector()"))
        case .nothing(let child):
            _ = try vector(child)
            return SeriesColumns(labels: [], values: [], steps: node.grid.count, reservation: nil)
        case .absent(let child, let labels): return try absence(of: child, labels, node.grid.count)
        case .timestamps(let child):
            var columns = try ownVector(child)
            try columns.transformSteps(context.limits) { _, step in Double(node.grid.time(step)) / 1000 }
            try columns.dropNames(isDelayed: context.delaysNameRemoval, context.limits)
            return columns
        case .elementwise(let function, let child, let parameters):
            var columns = try ownVector(child)
            try function.apply(
                to: &columns, parameters: try parameters.map { node throws(QueryError) in try scalar(node) },
                context.limits)
            try columns.dropNames(isDelayed: context.delaysNameRemoval, context.limits)
            return columns
        case .relabel(let rewrite, let child): return try rewrite.apply(to: try vector(child), context)
        case .sort(let order, let child):
            if node.grid.count > 1 { context.annotations.add(.sortInRangeQuery(at: node.position)) }
            let columns = try vector(child)
            let room = try room(forCopyOf: columns, purpose: "\(columns.count) sorted series")
            var result = try order.apply(to: columns, context.limits)
            result.hold(room)
            return result
        case .histogram(let plan):
            let parameters = try plan.parameters.map { node throws(QueryError) in try scalar(node) }
            return try HistogramOperator(
                plan, try vector(plan.argument), parameters: parameters, grid: node.grid, context
            ).evaluate()
        case .info(let plan):
            let base = try vector(plan.argument)
            return try InfoOperator(plan, base, try vector(plan.times), context).evaluate()
        case .aggregate(let plan): return try aggregate(plan, node.grid)
        case .vectorScalar(let plan):
            return try combine(plan)
        case .vectorVector(let plan):
            let left = try vector(plan.left)
            var operation = VectorVectorOperation(plan, left, try vector(plan.right), context)
            return try operation.evaluate()
        case .set(let plan):
            let left = try vector(plan.left)
            return try SetOperation.evaluate(plan, left, try vector(plan.right), context)
        default: throw .execution("expected an instant vector expression")
        }
    }

    /// A window function's series are combined with the scalar one by one, unless labels have to be looked at together.
    private func combine(_ plan: VectorScalarPlan) throws(QueryError) -> SeriesColumns {
        if let window = ownWindow(plan.vector), context.profile == nil, !needsDuplicateCheck(window),
            dropsName(window) || !VectorScalarOperation.takesNames(plan)
        {
            let transform = RowTransform(plan, scalar: try scalar(plan.scalar))
            context.enter(plan.vector)
            defer { context.leave() }
            return try materialize(window, plan.vector.grid, transform)
        }
        return try VectorScalarOperation.evaluate(plan, try ownVector(plan.vector), try scalar(plan.scalar), context)
    }

    /// All series of a window function, in the order of the selection; of a transformed one those with a number left.
    private func materialize(
        _ plan: WindowPlan, _ grid: Grid, _ transform: RowTransform? = nil
    ) throws(QueryError) -> SeriesColumns {
        var series: [Int] = []
        var labels: [Labels] = []
        var values: [Double] = []
        var nameLosers: [Bool] = []
        let dropsName = dropsName(plan)
        let steps = grid.count
        let selection = try select(plan, grid)
        let room = try context.budget.reserve(samples: 0, purpose: "a selector")
        var labelBytes = 0
        values.reserveFirst(selection.seriesCount * steps)
        let empty = RowBlock(steps: steps, dropsName ? .nameless : .whole)
        try forEachUnit(plan, grid, selection, empty: empty, transform: transform) { block throws(QueryError) in
            labelBytes += block.labels.reduce(0) { $0 + $1.encoded.count + SeriesColumns.labelsOverhead }
            let numbers = values.count + block.values.count
            try room.resize(
                samples: numbers, bytes: numbers * 8 + labelBytes,
                purpose:
                    "\(plan.input.text) with \(labels.count + block.labels.count) of \(selection.seriesCount) series "
                    + "x \(steps) steps")
            series += block.series
            labels += block.labels
            values += block.values
            if context.delaysNameRemoval { nameLosers += block.nameLosers }
        }
        var columns = SeriesColumns(
            labels: labels, values: values, steps: grid.count, isNameless: dropsName, nameLosers: nameLosers,
            reservation: room)
        // Units come in the order storage keeps them in.
        if zip(series, series.dropFirst()).contains(where: { $0 > $1 }) {
            try context.budget.check(
                samples: 0, bytes: columns.values.count * 8 + columns.count * 8,
                purpose: "putting \(plan.input.text) with \(columns.count) series in order")
            var order = Array(series.indices)
            var pace = Pace(context.limits)
            try order.sort(&pace) { series[$0] < series[$1] }
            try columns.keep(order, context.limits)
        }
        if dropsName, !plan.hasOneName {
            let found = columns.count
            try columns.mergeEqualLabels(context.limits)
            // Unlike other functions, those over ranges do not join series even where their steps differ.
            if columns.count < found, !plan.function.needsStaleMarkers { throw .duplicateLabels }
        }
        return columns
    }

    private func broadcast(_ columns: SeriesColumns, _ steps: Int) throws(QueryError) -> SeriesColumns {
        let reservation = try context.budget.reserve(
            samples: columns.count * steps, purpose: "\(columns.count) series of an @ expression x \(steps) steps")
        var values: [Double] = []
        values.reserveCapacity(columns.count * steps)
        var pace = Pace(context.limits)
        for value in columns.values {
            values.append(contentsOf: repeatElement(value, count: steps))
            try pace.did(steps)
        }
        return SeriesColumns(
            labels: columns.labels, values: values, steps: steps,
            nameLosers: columns.nameLosers(of: 0..<columns.count), reservation: reservation)
    }

    /// absent(), absent_over_time(): 1 where no series has a number.
    private func absence(of node: PlanNode, _ labels: Labels, _ steps: Int) throws(QueryError) -> SeriesColumns {
        let reservation = try context.budget.reserve(samples: steps, purpose: "absent()")
        var values = [Double](repeating: 1, count: steps)
        try forEachSeries(node) { row throws(QueryError) in
            for step in 0..<steps where !row.values[step].isAbsent { values[step] = .absent }
        }
        return SeriesColumns(labels: [labels], values: values, steps: steps, reservation: reservation)
    }

    private func aggregate(_ plan: AggregationPlan, _ grid: Grid) throws(QueryError) -> SeriesColumns {
        let parameter = if let node = plan.parameter { try scalar(node) } else { [Double]() }
        if GroupFold.handles(plan.operation) { return try fold(plan, grid) }
        if SelectionFold.handles(plan.operation) {
            var fold = try SelectionFold(
                plan, parameter: parameter, steps: grid.count, isNameless: isNameless(plan.argument), context)
            var room = try GrowingRoom(
                context.budget, purpose: "what \(plan.operation.rawValue) chose of \(plan.argument.text)")
            try forEachSeries(plan.argument, needsLabels: fold.needsLabels) { row throws(QueryError) in
                fold.add(row)
                try room.set(samples: fold.size, bytes: fold.bytes)
            }
            return try fold.finish(context, &room)
        }
        let columns = try vector(plan.argument)
        if plan.operation == .quantile {
            return try QuantileAggregation.evaluate(plan, columns, parameter: parameter, context)
        }
        return try CountValues.evaluate(plan, columns, label: plan.valueLabel ?? "", context)
    }

    /// Each unit of a window function is folded by the thread that computes it.
    private func fold(_ plan: AggregationPlan, _ grid: Grid) throws(QueryError) -> SeriesColumns {
        let empty = GroupFold(plan, steps: grid.count, isNameless: isNameless(plan.argument))
        var fold = empty
        var room = try GrowingRoom(context.budget, purpose: "")
        func check() throws(QueryError) {
            try room.set(
                bytes: fold.bytes,
                purpose: "\(plan.operation.rawValue) over \(plan.argument.text) with \(fold.groupCount) groups "
                    + "x \(grid.count) steps")
        }
        if GroupFold.merges(plan.operation), let window = ownWindow(plan.argument), !needsDuplicateCheck(window) {
            try forEachPart(plan.argument, window, empty) { part throws(QueryError) in
                try fold.merge(&part, context.limits)
                try check()
            }
        } else {
            try forEachSeries(plan.argument) { row throws(QueryError) in
                fold.add(row)
                try check()
            }
        }
        return try fold.finish(&room, context.limits)
    }

    /// Hands over each unit's groups. To be profiled, its series come to this thread one by one.
    private func forEachPart(
        _ node: PlanNode, _ window: WindowPlan, _ empty: GroupFold, _ body: (inout GroupFold) throws(QueryError) -> Void
    ) throws(QueryError) {
        context.enter(node)
        defer { context.leave() }
        let selection = try select(window, node.grid)
        guard let profile = context.profile else {
            return try forEachUnit(window, node.grid, selection, empty: empty, body)
        }
        let rows = RowBlock(steps: node.grid.count, .nothing)
        // The same units make a part as without a profile, so that the answer is the same to the last digit.
        let units = GroupFold.unitsPerPart(of: selection)
        var part = empty
        var unit = 0
        try forEachUnit(window, node.grid, selection, empty: rows) { block throws(QueryError) in
            context.enterCaller()
            defer { context.leave() }
            try block.forEachRow(selection) { row throws(QueryError) in
                profile.add(node, row.values)
                part.add(row)
            }
            unit += 1
            if unit % units > 0, unit < selection.unitCount { return }
            try body(&part)
            part = empty
        }
    }
}
