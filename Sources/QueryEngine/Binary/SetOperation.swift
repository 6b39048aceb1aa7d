import Model
import PromQL

/// and, or, unless: which series stay depends on whether the other side has a match at that step.
enum SetOperation {
    static func evaluate(
        _ plan: VectorVectorPlan, _ left: SeriesColumns, _ right: SeriesColumns, _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        let matches = try MatchGroups(left, right, plan.matching, context.limits)
        switch plan.operation {
        case .and: return try filter(left, by: right, matches, keepsMatched: true, context)
        case .unless: return try filter(left, by: right, matches, keepsMatched: false, context)
        default: return try union(left, right, matches, context)
        }
    }

    private static func filter(
        _ left: SeriesColumns, by right: SeriesColumns, _ matches: MatchGroups, keepsMatched: Bool,
        _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        let room = try context.budget.reserve(
            samples: left.values.count, purpose: "what stays of \(left.count) series x \(left.steps) steps")
        var result = try left.copied(context.limits)
        result.hold(room)
        try result.clear(
            matches.groups.map { ($0.left, $0.right) }, where: right, isPresent: !keepsMatched, context.limits)
        return result
    }

    private static func union(
        _ left: SeriesColumns, _ right: SeriesColumns, _ matches: MatchGroups, _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        let numbers = left.values.count + right.values.count
        let reservation = try context.budget.reserve(
            samples: numbers, bytes: numbers * 8 + (left.count + right.count) * SeriesColumns.labelsOverhead,
            purpose: "\(left.count) or \(right.count) series x \(left.steps) steps")
        var pace = Pace(context.limits)
        var values: [Double] = []
        values.reserveCapacity(numbers)
        try values.append(left.values, &pace)
        try values.append(right.values, &pace)
        var result = SeriesColumns(
            labels: left.labels + right.labels, values: values, steps: left.steps,
            nameLosers: context.delaysNameRemoval
                ? (0..<left.count).map { left.losesName($0) } + (0..<right.count).map { right.losesName($0) } : [],
            reservation: reservation)
        values = []
        let groups = matches.groups.map { ($0.right.map { $0 + left.count }, $0.left) }
        try result.clear(groups, where: left, isPresent: true, context.limits)
        try result.mergeEqualLabels(context.limits)
        return result
    }
}

extension SeriesColumns {
    /// Takes numbers away at the steps at which any of a group's partners, series of `others`, has one, or has none.
    fileprivate mutating func clear(
        _ groups: [(series: [Int], partners: [Int])], where others: SeriesColumns, isPresent: Bool,
        _ limits: QueryLimits
    ) throws(QueryError) {
        var pace = Pace(limits)
        let count = steps
        var present = [Bool](repeating: false, count: count)
        try values.withUnsafeMutableBufferPointer { values throws(QueryError) in
            try others.values.withUnsafeBufferPointer { others throws(QueryError) in
                for group in groups where !group.series.isEmpty {
                    for step in 0..<count { present[step] = false }
                    for partner in group.partners {
                        for step in 0..<count where !others[partner * count + step].isAbsent { present[step] = true }
                        try pace.did(count)
                    }
                    for series in group.series {
                        for step in 0..<count where present[step] == isPresent {
                            values[series * count + step] = .absent
                        }
                        try pace.did(count)
                    }
                }
            }
        }
    }
}
