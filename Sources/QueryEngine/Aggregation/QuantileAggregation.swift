import Model
import PromQL

/// quantile(q, v) by groups, step by step.
enum QuantileAggregation {
    static func evaluate(
        _ plan: AggregationPlan, _ columns: SeriesColumns, parameter: [Double], _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        annotate(parameter, plan, context)
        let groups = try GroupedRows(columns, plan, context.limits)
        let steps = columns.steps
        let numbers = groups.labels.count * steps
        let labelBytes = groups.labels.reduce(0) { $0 + $1.heldBytes }
        let reservation = try context.budget.reserve(
            samples: numbers, bytes: numbers * 8 + labelBytes,
            purpose: "quantile over \(plan.argument.text) with \(groups.labels.count) groups x \(steps) steps")
        var result = try SeriesColumns(
            labels: groups.labels, steps: steps, reservation: reservation, context.limits)
        let largest = groups.members.reduce(0) { max($0, $1.count) }
        let room = try context.budget.reserve(
            samples: 0, bytes: largest * stepsAtOnce * 8, purpose: "quantile over groups of \(largest) series")
        defer { withExtendedLifetime(room) {} }
        let scratch = UnsafeMutableBufferPointer<Double>.allocate(capacity: largest * stepsAtOnce)
        defer { scratch.deallocate() }
        var pace = Pace(context.limits)
        for (group, members) in groups.members.enumerated() {
            for first in stride(from: 0, to: steps, by: stepsAtOnce) {
                let range = first..<min(first + stepsAtOnce, steps)
                try result.values.withUnsafeMutableBufferPointer { out throws(QueryError) in
                    try compute(columns, members, range, parameter, scratch, out, group * steps, context.limits, &pace)
                }
            }
        }
        result.setNameLosers(groups.members.map { $0.contains { columns.losesName($0) } })
        return result
    }

    /// Steps of which a cache line of a series holds the numbers.
    private static let stepsAtOnce = 8

    /// Sorts the members' numbers by step, then chooses at each step.
    private static func compute(
        _ columns: SeriesColumns, _ members: [Int], _ range: Range<Int>, _ parameter: [Double],
        _ scratch: UnsafeMutableBufferPointer<Double>, _ out: UnsafeMutableBufferPointer<Double>, _ base: Int,
        _ limits: QueryLimits, _ pace: inout Pace
    ) throws(QueryError) {
        var counts = [8 of Int](repeating: 0)
        try columns.values.withUnsafeBufferPointer { values throws(QueryError) in
            for series in members {
                try pace.did(2 * range.count)
                let row = series * columns.steps
                for step in range {
                    let value = values[row + step]
                    if value.isAbsent { continue }
                    let place = step - range.lowerBound
                    scratch[place * members.count + counts[place]] = value
                    counts[place] += 1
                }
            }
        }
        for step in range {
            let place = step - range.lowerBound
            if counts[place] == 0 { continue }
            let start = place * members.count
            let present = UnsafeMutableBufferPointer(rebasing: scratch[start..<start + counts[place]])
            out[base + step] = Quantile.of(present, parameter[step], limits)
        }
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
