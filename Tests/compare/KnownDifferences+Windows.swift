import Foundation
import Model
import PeerSupport
import PromQL
import TestSupport

/// Differences in functions over ranges, proved by computing both rules from the samples of the range.
extension KnownDifferences {
    /// Where a window reaches far in front of its first sample, 2.42 bounds the extrapolation to where a counter would
    /// be zero before it asks whether that is far; 3.x asks first, and bounds the half interval too.
    static func isExtrapolationToZero(
        _ call: Call, _ probe: Probe, _ replies: (own: [Answers.Series], other: [Answers.Series]), _ servers: ServerPair
    ) throws -> Bool {
        guard ["rate", "increase"].contains(call.function.name), let input = call.arguments.first,
            let window = WindowPlace(input)
        else { return false }
        for (labels, time, mine, theirs) in differingPoints(replies.own, replies.other) {
            let text = input.description.replacingBounds(of: probe.times)
            guard case .series(_, let found) = try servers.ask(Probe(query: text, times: .instant(time))).apus,
                let samples = found.first(where: { nameless($0).labels == labels })?.points
            else { return false }
            let range = window.range(at: time, probe.times)
            var results = [false, true].map { Self.increase(samples, range, asksForDistanceFirst: $0) }
            if call.function.name == "rate" { results = results.map { $0 / (range.end - range.start) } }
            guard Agreement.isClose(results[0], theirs), Agreement.isClose(results[1], mine) else { return false }
        }
        return true
    }

    /// `samples`: at least two, seconds and values.
    private static func increase(
        _ samples: [(time: Double, value: Double)], _ range: (start: Double, end: Double), asksForDistanceFirst: Bool
    ) -> Double {
        guard samples.count > 1, let first = samples.first, let last = samples.last else { return .nan }
        var increase = last.value - first.value
        for (before, after) in zip(samples, samples.dropFirst()) where after.value < before.value {
            increase += before.value
        }
        // Seconds of this century hold milliseconds only nearly.
        func exact(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
        let sampled = exact(last.time - first.time)
        let interval = sampled / Double(samples.count - 1)
        var toStart = exact(first.time - range.start)
        var toEnd = exact(range.end - last.time)
        let toZero = increase > 0 && first.value >= 0 ? sampled * first.value / increase : .infinity
        if asksForDistanceFirst {
            if toStart >= interval * 1.1 { toStart = interval / 2 }
            toStart = min(toStart, toZero)
        } else {
            toStart = min(toStart, toZero)
            if toStart >= interval * 1.1 { toStart = interval / 2 }
        }
        if toEnd >= interval * 1.1 { toEnd = interval / 2 }
        return increase * (sampled + toStart + toEnd) / sampled
    }

    /// With `@` the window of predict_linear is the same at every step, but 2.42 drops its samples as it goes on, and
    /// contradicts its own instant queries.
    static func isForgottenWindow(
        _ call: Call, _ probe: Probe, _ own: [Answers.Series], _ servers: ServerPair
    ) throws -> Bool {
        guard call.function.name == "predict_linear", let input = call.arguments.first,
            let window = WindowPlace(input), window.at != nil
        else { return false }
        return try agreesStepByStep(probe, own, servers)
    }

    /// Whether a range query of Apus has at every step what Prometheus answers to the instant query.
    static func agreesStepByStep(_ probe: Probe, _ own: [Answers.Series], _ servers: ServerPair) throws -> Bool {
        guard case .range(let start, let end, let step) = probe.times else { return false }
        let text = probe.query.replacingBounds(of: probe.times)
        for time in stride(from: start, through: end, by: Int64.Stride(step)) {
            guard case .series(_, let found) = try servers.ask(Probe(query: text, times: .instant(time))).prometheus
            else { return false }
            if Agreement.difference(pick(own, time), found) != nil { return false }
        }
        return true
    }

    /// timestamp() of a selector with `@` drops its offset, but after the samples were chosen by it. What should come
    /// out is what comes out without `@` when asked at that time.
    static func isForgottenOffset(
        _ call: Call, _ probe: Probe, _ own: [Answers.Series], _ servers: ServerPair
    ) throws -> Bool {
        guard call.function.name == "timestamp", case .vectorSelector(var selector) = call.arguments.first?.bare,
            let at = selector.modifiers.at, selector.modifiers.offset != nil
        else { return false }
        let time: Int64
        switch at {
        case .time(let fixed): time = fixed / 1000
        case .start: time = probe.times.bounds.start
        case .end: time = probe.times.bounds.end
        }
        selector.modifiers.at = nil
        let query = "timestamp(\(PromQL.Expression.vectorSelector(selector)))"
        guard case .series(_, let found) = try servers.ask(Probe(query: query, times: .instant(time))).prometheus
        else { return false }
        let values = Dictionary(found.map { ($0.labels, $0.points.first?.value) }) { first, _ in first }
        return own.count == found.count
            && own.allSatisfy { one in one.points.allSatisfy { $0.value == values[one.labels] } }
    }

    static func differingPoints(
        _ own: [Answers.Series], _ other: [Answers.Series]
    ) -> [(labels: [String: String], time: Int64, mine: Double, theirs: Double)] {
        let theirs = Dictionary(other.map { ($0.labels, $0.points) }) { first, _ in first }
        return own.flatMap { one in
            zip(one.points, theirs[one.labels] ?? []).compactMap { mine, yours in
                Agreement.isClose(mine.value, yours.value)
                    ? nil : (one.labels, Int64(mine.time), mine.value, yours.value)
            }
        }
    }
}

/// Where the window of a range vector lies.
struct WindowPlace {
    let at: SelectorModifiers.At?
    private let length: Double
    private let offset: Double

    /// Nil for what is no range vector with written durations.
    init?(_ expression: PromQL.Expression) {
        let modifiers: SelectorModifiers
        let window: DurationExpression
        switch expression {
        case .matrixSelector(let node): (modifiers, window) = (node.selector.modifiers, node.window)
        case .subquery(let node): (modifiers, window) = (node.modifiers, node.window)
        default: return nil
        }
        guard let length = Probe.seconds(window), let offset = Probe.seconds(modifiers.offset, or: 0) else {
            return nil
        }
        at = modifiers.at
        self.length = Double(length)
        self.offset = Double(offset)
    }

    /// Seconds.
    func range(at time: Int64, _ times: QueryTimes) -> (start: Double, end: Double) {
        let moment: Double
        switch at {
        case .time(let fixed): moment = Double(fixed) / 1000
        case .start: moment = Double(times.bounds.start)
        case .end: moment = Double(times.bounds.end)
        case nil: moment = Double(time)
        }
        return (moment - offset - length, moment - offset)
    }
}

extension String {
    /// The same expression where the query's own start and end are others.
    func replacingBounds(of times: QueryTimes) -> String {
        replacingOccurrences(of: "@ start()", with: "@ \(times.bounds.start)")
            .replacingOccurrences(of: "@ end()", with: "@ \(times.bounds.end)")
    }
}
