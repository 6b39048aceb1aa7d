import PeerSupport
import PromQL

/// Differences that the values of the argument prove.
extension KnownDifferences {
    /// At every time both take as many series, and those that only one of them takes have the same values as those that
    /// only the other takes: values that these series really have.
    static func isTie(
        _ node: Aggregation, _ probe: Probe, _ replies: (own: [Answers.Series], other: [Answers.Series]),
        _ servers: ServerPair
    ) throws -> Bool {
        guard node.operation == .topk || node.operation == .bottomk else { return false }
        for time in differingTimes(replies.own, replies.other) {
            let (own, other) = (values(pick(replies.own, time)), values(pick(replies.other, time)))
            let mine = own.filter { other[$0.key] == nil }
            let theirs = other.filter { own[$0.key] == nil }
            let isShared = own.allSatisfy { other[$0.key].map(isSame($0.value)) ?? true }
            let pairs = zip(mine.values.sorted(by: isBefore), theirs.values.sorted(by: isBefore))
            guard isShared, mine.count == theirs.count, pairs.allSatisfy({ isSame($0)($1) }),
                let input = try value(of: node.argument, at: time, probe, servers, \.prometheus)
            else { return false }
            let real = values(input)
            guard
                mine.merging(theirs, uniquingKeysWith: { $1 }).allSatisfy({
                    real[$0.key].map(isSame($0.value)) ?? false
                })
            else { return false }
        }
        return true
    }

    /// Only where the argument is NaN, infinite, or more than 64 bits of seconds can express.
    static func isDateOfNoTime(
        _ call: Call, _ probe: Probe, _ replies: (own: [Answers.Series], other: [Answers.Series]), _ servers: ServerPair
    ) throws -> Bool {
        guard let odd = dateOfUndefinedTime[call.function.name], let argument = call.arguments.first,
            differOnly(replies.own, replies.other, { $0.isNaN && $1 == odd })
        else { return false }
        for (labels, time, _, _) in differingPoints(replies.own, replies.other) {
            let input = try value(of: argument, at: time, probe, servers, \.prometheus) ?? []
            guard let seconds = input.first(where: { nameless($0).labels == labels })?.points.first?.value,
                !(seconds.magnitude < 0x1p63)
            else { return false }
        }
        return true
    }

    /// What 2.42 answers for NaN, infinities and what 64 bits of seconds cannot express: the smallest number of them.
    private static let dateOfUndefinedTime: [String: Double] = [
        "year": 292_277_026_596, "month": 12, "day_of_month": 4, "day_of_year": 339, "day_of_week": 0,
        "days_in_month": 31, "hour": 15, "minute": 30,
    ]

    private static func values(_ series: [Answers.Series]) -> [[String: String]: Double] {
        Dictionary(series.map { ($0.labels, $0.points.first?.value ?? .nan) }) { first, _ in first }
    }

    private static func isSame(_ value: Double) -> (Double) -> Bool { { Agreement.isClose(value, $0) } }

    /// NaN behind all others.
    private static func isBefore(_ left: Double, _ right: Double) -> Bool {
        left.isNaN ? false : right.isNaN || left < right
    }
}
