import Model
import PromQL

extension Evaluator {
    func computeVector(_ node: PlanNode) throws(QueryError) -> SeriesColumns {
        switch node.operation {
        case .window(let plan): return try materialize(try pipeline(node, plan), isCounted: false)
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
        case .relabel, .vectorScalar, .vectorVector, .set:
            switch try computeStage(node) {
            case .columns(let columns): return columns
            case .pipeline(let pipeline): return try materialize(pipeline, isCounted: false)
            }
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
        default: throw .execution("expected an instant vector expression")
        }
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
            let source = try source(plan.argument)
            var fold = try SelectionFold(
                plan, parameter: parameter, steps: grid.count, isNameless: source.isNameless, context)
            var room = try GrowingRoom(
                context.budget, purpose: "what \(plan.operation.rawValue) chose of \(plan.argument.text)")
            try forEachSeries(of: source, grid, needsLabels: fold.needsLabels) { row throws(QueryError) in
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

    /// Each unit of a pipeline is folded by the thread that computes it.
    private func fold(_ plan: AggregationPlan, _ grid: Grid) throws(QueryError) -> SeriesColumns {
        let source = try source(plan.argument)
        let empty = GroupFold(plan, steps: grid.count, isNameless: source.isNameless)
        var fold = empty
        var room = try GrowingRoom(context.budget, purpose: "")
        func check() throws(QueryError) {
            try room.set(
                bytes: fold.bytes,
                purpose: "\(plan.operation.rawValue) over \(plan.argument.text) with \(fold.groupCount) groups "
                    + "x \(grid.count) steps")
        }
        if GroupFold.merges(plan.operation), case .pipeline(let pipeline) = source, !pipeline.mayRepeat {
            try forEachUnit(pipeline, empty: empty) { part throws(QueryError) in
                try fold.merge(&part, context.limits)
                try check()
            }
        } else {
            try forEachSeries(of: source, grid) { row throws(QueryError) in
                fold.add(row)
                try check()
            }
        }
        return try fold.finish(&room, context.limits)
    }
}
