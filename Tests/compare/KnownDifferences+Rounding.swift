import Model
import PeerSupport
import PromQL
import TestSupport

/// Differences in the last bits, made large by an operation that cancels or jumps. They are proved, not assumed.
extension KnownDifferences {
    /// Either the results differ by less than the rounding of their inputs explains, or Apus comes to Prometheus's
    /// result from Prometheus's inputs, which are the same as its own but for rounding.
    static func isRounding(
        _ expression: PromQL.Expression, _ probe: Probe, _ replies: (own: [Answers.Series], other: [Answers.Series]),
        _ servers: ServerPair
    ) throws -> Bool {
        let times = differingTimes(replies.own, replies.other)
        let isSmall = try times.allSatisfy { time in
            let scale = try inputScale(expression, at: time, probe, servers)
            return isWithin(scale * 1e-12, pick(replies.own, time), pick(replies.other, time))
        }
        if !times.isEmpty, isSmall { return true }
        if case .aggregation(let node) = expression, node.operation == .countValues,
            case .string(let label) = node.parameter?.bare,
            times.allSatisfy({ haveCloseNames(label.value, pick(replies.own, $0), pick(replies.other, $0)) })
        {
            return true
        }
        return try !times.isEmpty
            && times.allSatisfy { try followsFromInputs(expression, at: $0, probe, replies.other, servers) }
    }

    private static func followsFromInputs(
        _ expression: PromQL.Expression, at time: Int64, _ probe: Probe, _ other: [Answers.Series],
        _ servers: ServerPair
    ) throws -> Bool {
        var transplanted = expression
        for (index, child) in expression.children.enumerated() where child.type != .string {
            guard child.type != .matrix, let mine = try value(of: child, at: time, probe, servers, \.apus),
                let theirs = try value(of: child, at: time, probe, servers, \.prometheus), theirs.count <= 80,
                Agreement.difference(mine, theirs) == nil
            else { return false }
            let text = child.type == .scalar ? number(theirs.first?.points.first?.value ?? .nan) : literal(theirs)
            guard let literal = try? Parser.parse(text) else { return false }
            transplanted = transplanted.replacingChild(index, .parentheses(.init(inner: literal, range: literal.range)))
        }
        guard let result = try value(of: transplanted, at: time, probe, servers, \.apus) else { return false }
        return Agreement.difference(result, pick(other, time)) == nil
    }

    /// The largest finite number that the operation takes in, squared for variances.
    private static func inputScale(
        _ expression: PromQL.Expression, at time: Int64, _ probe: Probe, _ servers: ServerPair
    ) throws -> Double {
        var scale = 0.0
        var isVariance = false
        switch expression {
        case .aggregation(let node) where [.sum, .avg, .stddev, .stdvar].contains(node.operation):
            isVariance = node.operation == .stdvar
        case .binary(let node) where [.add, .subtract].contains(node.operation): break
        case .call(let call) where call.arguments.contains { $0.type == .matrix }:
            isVariance = call.function.name == "stdvar_over_time"
        default: return 0
        }
        for child in expression.children where child.type != .string {
            let series = try value(of: child, at: time, probe, servers, \.prometheus) ?? []
            for point in series.flatMap(\.points) where point.value.isFinite { scale = max(scale, abs(point.value)) }
        }
        return isVariance ? scale * scale : scale
    }

    static func value(
        of expression: PromQL.Expression, at time: Int64, _ probe: Probe, _ servers: ServerPair,
        _ side: KeyPath<Replies, Reply>
    ) throws -> [Answers.Series]? {
        let text = expression.description.replacingBounds(of: probe.times)
        let replies = try servers.ask(Probe(query: text, times: .instant(time)))
        guard case .series(_, let series) = replies[keyPath: side] else { return nil }
        return series
    }

    /// The results of count_values at one time: as many of every value, where the values are numbers in labels.
    private static func haveCloseNames(_ label: String, _ own: [Answers.Series], _ other: [Answers.Series]) -> Bool {
        func counts(_ series: [Answers.Series]) -> [(value: Double, count: Double)] {
            series.map { (Double($0.labels[label] ?? "") ?? .nan, $0.points.first?.value ?? .nan) }
                .sorted { ($0.value, $0.count) < ($1.value, $1.count) }
        }
        return own.count == other.count
            && zip(counts(own), counts(other)).allSatisfy {
                Agreement.isClose($0.value, $1.value) && $0.count == $1.count
            }
    }

    /// A vector as text: every sample a `vector()` with its labels put on.
    private static func literal(_ vector: [Answers.Series]) -> String {
        if vector.isEmpty { return "vector(1) unless vector(1)" }
        let samples = vector.map { one in
            one.labels.sorted { $0.key < $1.key }.reduce("vector(\(number(one.points.first?.value ?? .nan)))") {
                "label_replace(\($0), \"\($1.key)\", \(GoText.quoted($1.value)), \"\", \"\")"
            }
        }
        return samples.joined(separator: " or ")
    }

    private static func number(_ value: Double) -> String {
        value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "Inf" : "-Inf") : "\(value)"
    }

    /// What an answer holds at one time.
    static func pick(_ series: [Answers.Series], _ time: Int64) -> [Answers.Series] {
        series.compactMap { one in
            let points = one.points.filter { $0.time == Double(time) }
            return points.isEmpty ? nil : Answers.Series(labels: one.labels, points: points)
        }
    }

    static func differingTimes(_ own: [Answers.Series], _ other: [Answers.Series]) -> [Int64] {
        Set((own + other).flatMap { $0.points.map { Int64($0.time) } }).sorted()
            .filter { Agreement.difference(pick(own, $0), pick(other, $0)) != nil }
    }

    private static func isWithin(_ bound: Double, _ own: [Answers.Series], _ other: [Answers.Series]) -> Bool {
        let theirs = Dictionary(other.map { ($0.labels, $0.points.first?.value ?? .nan) }) { first, _ in first }
        return own.count == other.count
            && own.allSatisfy { one in
                guard let yours = theirs[one.labels], let mine = one.points.first?.value else { return false }
                return Agreement.isClose(mine, yours) || abs(mine - yours) <= bound
            }
    }
}
