import Model
import PromQL

/// and, or, unless: which series stay depends on whether the other side has a match at that step.
enum SetOperation {
    static func evaluate(
        _ plan: VectorVectorPlan, _ left: SeriesColumns, _ right: SeriesColumns, _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        let matches = try MatchGroups(left, right, plan.matching, context.budget)
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
        var result = left
        result.hold(
            try context.budget.reserve(
                samples: left.values.count, purpose: "what stays of \(left.count) series x \(left.steps) steps"))
        var presence = Presence(right, matches.groups.map(\.right))
        result.updateRows { series, row in
            presence.clear(row, ofGroup: matches.leftGroups[series], where: !keepsMatched)
        }
        return result
    }

    private static func union(
        _ left: SeriesColumns, _ right: SeriesColumns, _ matches: MatchGroups, _ context: QueryContext
    ) throws(QueryError) -> SeriesColumns {
        let numbers = left.values.count + right.values.count
        let reservation = try context.budget.reserve(
            samples: numbers, bytes: numbers * 8 + (left.count + right.count) * SeriesColumns.labelsOverhead,
            purpose: "\(left.count) or \(right.count) series x \(left.steps) steps")
        // While it is changed there are two of the right side.
        let copy = try context.budget.reserve(
            samples: 0, bytes: right.values.count * 8, purpose: "a copy of \(right.count) series")
        defer { withExtendedLifetime(copy) {} }
        var presence = Presence(left, matches.groups.map(\.left))
        var rest = right
        rest.updateRows { series, row in
            presence.clear(row, ofGroup: matches.rightGroups[series], where: true)
        }
        var result = SeriesColumns(
            labels: left.labels + rest.labels, values: left.values + rest.values, steps: left.steps,
            nameLosers: context.delaysNameRemoval
                ? (0..<left.count).map { left.losesName($0) } + (0..<rest.count).map { rest.losesName($0) } : [],
            reservation: reservation)
        try result.mergeEqualLabels()
        return result
    }
}

/// At which steps any series of a group has a number.
struct Presence {
    private let columns: SeriesColumns
    private let members: [[Int]]
    /// Those of the group that was asked for last.
    private var steps: [Bool]
    private var group = -1

    init(_ columns: SeriesColumns, _ members: [[Int]]) {
        self.columns = columns
        self.members = members
        steps = [Bool](repeating: false, count: columns.steps)
    }

    /// Takes the numbers of a row away at the steps at which the group is or is not present.
    mutating func clear(_ row: UnsafeMutablePointer<Double>, ofGroup group: Int, where isPresent: Bool) {
        if group != self.group { find(group) }
        steps.withUnsafeBufferPointer { steps in
            for step in 0..<steps.count where steps[step] == isPresent { row[step] = .absent }
        }
    }

    private mutating func find(_ group: Int) {
        self.group = group
        let (columns, members) = (columns, members[group])
        steps.withUnsafeMutableBufferPointer { steps in
            steps.update(repeating: false)
            columns.values.withUnsafeBufferPointer { values in
                for series in members {
                    let start = series * steps.count
                    for step in 0..<steps.count where !values[start + step].isAbsent { steps[step] = true }
                }
            }
        }
    }
}
