import Model
import PromQL

/// quantile(q, v) by groups, step by step.
enum QuantileAggregation {
    static func evaluate(
        _ plan: AggregationPlan, _ columns: SeriesColumns, parameter: [Double], _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        annotate(parameter, plan, context)
        let groups = try GroupedRows(columns, plan, context.budget)
        let steps = columns.steps
        let numbers = groups.labels.count * steps
        let labelBytes = groups.labels.reduce(0) { $0 + $1.heldBytes }
        let reservation = try context.budget.reserve(
            samples: numbers, bytes: numbers * 8 + labelBytes,
            purpose: "quantile over \(plan.argument.text) with \(groups.labels.count) groups x \(steps) steps")
        var result = SeriesColumns(labels: groups.labels, steps: steps, reservation: reservation)
        var present: [Double] = []
        for (group, members) in groups.members.enumerated() {
            try context.checkpoint()
            for step in 0..<steps {
                present.removeAll(keepingCapacity: true)
                for series in members {
                    let value = columns.values[series * steps + step]
                    if !value.isAbsent { present.append(value) }
                }
                if !present.isEmpty { result.values[group * steps + step] = Quantile.of(&present, parameter[step]) }
            }
        }
        result.setNameLosers(groups.members.map { $0.contains { columns.losesName($0) } })
        return result
    }

    private static func annotate(_ parameter: [Double], _ plan: AggregationPlan, _ context: QueryContext) {
        guard let position = plan.parameter?.position else { return }
        if parameter.contains(where: \.isNaN) {
            return context.annotations.add(.invalidQuantile(.nan, at: position))
        }
        if let largest = parameter.max(), largest > 1 {
            context.annotations.add(.invalidQuantile(largest, at: position))
        }
        if let smallest = parameter.min(), smallest < 0 {
            context.annotations.add(.invalidQuantile(smallest, at: position))
        }
    }
}
