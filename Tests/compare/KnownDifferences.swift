import Foundation
import PeerSupport
import PromQL

/// Where Prometheus 3.14, which Apus follows, differs from the 2.42 it is compared with. Each is recognised by what
/// stands at the root of a query after minimising and by both answers, never by the query alone; docs/promql.md lists
/// them with their reasons.
enum KnownDifferences {
    /// The query as 2.42 writes it.
    static func oldNames(_ query: String) -> String {
        query.replacingOccurrences(of: "double_exponential_smoothing", with: "holt_winters")
    }

    /// The name of the known difference that a minimised query shows; nil when there is none.
    static func name(of probe: Probe, _ replies: Replies, _ servers: ServerPair) throws -> String? {
        guard let expression = try? Parser.parse(probe.query) else { return nil }
        switch (replies.apus, replies.prometheus) {
        case (.failure(_, let own), .failure(_, let other)):
            return isSamePair(own, other) ? "order of the two series in a matching error" : nil
        case (.failure(_, let text), .series(_, let other)):
            if text.hasPrefix("multiple matches for labels"), try failsWithoutFilter(expression, text, probe, servers) {
                return "matching is checked after a filter"
            }
            let collides = text.contains("same labelset") && Set(other.map { nameless($0).labels }).count < other.count
            return isArcTangent(expression) && collides ? "atan2 keeps the name" : nil
        case (.series(_, let own), .series(_, let other)):
            if case .call(let call) = expression {
                if try isExtrapolationToZero(call, probe, (own, other), servers) {
                    return "extrapolation to zero from afar"
                }
                if try isForgottenWindow(call, probe, own, servers) { return "forgotten window of predict_linear" }
                if try isForgottenOffset(call, probe, own, servers) { return "timestamp forgets the offset beside @" }
            }
            if let name = name(of: expression, own, other) { return name }
            if case .aggregation(let node) = expression, try isTie(node, probe, (own, other), servers) {
                return "which of equal values topk takes"
            }
            if case .call(let call) = expression, try isDateOfNoTime(call, probe, (own, other), servers) {
                return "date of what is no time"
            }
            return try isRounding(expression, probe, (own, other), servers) ? "rounding" : nil
        case (.series(_, let own), .failure(_, let text)):
            let isNegation = if case .unary = expression { true } else { false }
            return try isNegation && text.contains("same labelset") && agreesStepByStep(probe, own, servers)
                ? "same labels at different steps" : nil
        }
    }

    private static func name(
        of expression: PromQL.Expression, _ own: [Answers.Series], _ other: [Answers.Series]
    ) -> String? {
        switch expression {
        case .binary where isArcTangent(expression):
            return Agreement.difference(own, other.map(nameless)) == nil ? "atan2 keeps the name" : nil
        case .aggregation(let node):
            switch node.operation {
            case .stddev, .stdvar:
                return differOnly(own, other) { $0.isNaN && $1 == 0 } ? "deviation of one infinite or NaN value" : nil
            default: return nil
            }
        case .call(let call):
            if let smallest = smallestLogarithm[call.function.name] {
                return differOnly(own, other) { $0 < smallest && abs($1 - smallest) < 1 }
                    ? "logarithm of a subnormal number" : nil
            }
            if compensated.contains(call.function.name) {
                return differOnly(own, other) { $0.isInfinite && $1.isNaN } ? "overflow of a compensated sum" : nil
            }
            return nil
        default: return nil
        }
    }

    /// 2.42 looks only at what a comparison leaves; with `bool` it leaves everything.
    private static func failsWithoutFilter(
        _ expression: PromQL.Expression, _ error: String, _ probe: Probe, _ servers: ServerPair
    ) throws -> Bool {
        guard case .binary(var node) = expression, node.operation.isComparison, !node.returnsBool else { return false }
        node.returnsBool = true
        let query = PromQL.Expression.binary(node).description
        guard case .failure(_, let text) = try servers.ask(Probe(query: query, times: probe.times)).prometheus
        else { return false }
        return text == error
    }

    private static let compensated: Set<String> = [
        "sum_over_time", "avg_over_time", "stddev_over_time", "stdvar_over_time", "deriv", "predict_linear",
    ]

    /// Of the smallest normal number. Go's logarithm on x86-64 takes smaller ones for about that one.
    private static let smallestLogarithm: [String: Double] = ["ln": -708.39, "log10": -307.65, "log2": -1022]

    private static func isArcTangent(_ expression: PromQL.Expression) -> Bool {
        guard case .binary(let node) = expression else { return false }
        return node.operation == .atan2
    }

    static func nameless(_ series: Answers.Series) -> Answers.Series {
        var copy = series
        copy.labels["__name__"] = nil
        return copy
    }

    /// The same errors but for the order of the two series that are in each other's way: 3.x sorts them.
    private static func isSamePair(_ own: String, _ other: String) -> Bool {
        func parts(_ text: String) -> (String, Set<String>, String)? {
            guard let open = text.range(of: "-side of the operation: [") ?? text.range(of: "operation: ["),
                let close = text.range(of: "];many-to-many")
            else { return nil }
            let pair = text[open.upperBound..<close.lowerBound].components(separatedBy: "}, {")
            let series = pair.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "{}")) }
            return (String(text[..<open.upperBound]), Set(series), String(text[close.lowerBound...]))
        }
        guard let a = parts(own), let b = parts(other) else { return false }
        return a == b
    }

    /// The same series and times, and every two values that differ are of a kind.
    static func differOnly(
        _ own: [Answers.Series], _ other: [Answers.Series], _ isExpected: (Double, Double) -> Bool
    ) -> Bool {
        let theirs = Dictionary(other.map { ($0.labels, $0.points) }) { first, _ in first }
        return own.count == other.count
            && own.allSatisfy { one in
                guard let points = theirs[one.labels], points.count == one.points.count else { return false }
                return zip(one.points, points).allSatisfy { mine, yours in
                    mine.time == yours.time
                        && (Agreement.isClose(mine.value, yours.value) || isExpected(mine.value, yours.value))
                }
            }
    }
}
