import Model
import PromQL

/// Says why a node of an instant query has no numbers: what its matchers leave, when its series were last seen, which
/// operation dropped them. Reads storage, within the query's deadline. Used by the query's thread.
struct EmptyAnswer {
    private let evaluator: Evaluator
    private var context: QueryContext { evaluator.context }

    /// Samples read at most in one look for the newest one.
    private static let samplesRead = 2_000_000
    /// How far back is looked, one after the other, milliseconds: from five minutes to everything.
    private static let distances: [Int64] = [300_000, 3_600_000, 86_400_000, 30 * 86_400_000, .max]
    private static let namesShown = 5
    /// Values of a label that are looked at for one that may be meant.
    private static let valuesRead = 10_000

    init(_ evaluator: Evaluator) { self.evaluator = evaluator }

    /// `children`: of the node, described already.
    func reasons(_ node: PlanNode, children: [PlanDescription]) throws(QueryError) -> [String] {
        switch node.operation {
        case .window(let plan): return try selector(plan.input, node.grid, function: plan.function)
        case .samples(let input): return try selector(input, node.grid, function: nil)
        default:
            let vectors = zip(node.operation.children, children).filter { $0.0.type != .scalar }.map(\.1)
            let given = vectors.filter { ($0.actual?.points ?? 0) > 0 }
            // An operand that is empty itself says why.
            if given.isEmpty || given.count < vectors.count { return [] }
            let numbers = given.map { "\($0.actual?.series ?? 0)" }.joined(separator: " and ")
            if node.operation.isMatch {
                return ["\(node.operation.title) got \(numbers) series and found no pair that it keeps"]
            }
            return ["\(node.operation.title) dropped all of the \(numbers) series that it got"]
        }
    }

    private func selector(
        _ input: RangeInput, _ grid: Grid, function: WindowFunction?
    ) throws(QueryError) -> [String] {
        guard case .selector(let matchers, _) = input.source else { return [] }
        let end = input.windowEnd(grid, 0)
        let ever = try select(matchers, Int64.min, Int64.max)
        if ever.seriesCount == 0 { return try guilty(matchers, input.text) }
        guard let last = try newest(matchers, until: end) else {
            return ["\(input.text): \(ever.seriesCount) series match, all their samples are later than \(time(end))"]
        }
        let series = last.labels.metricText
        if last.time > end - input.range, !last.isStale {
            return [
                "\(input.text): the window ending at \(time(end)) has samples, but too few for "
                    + "\(function.map { "\($0)" } ?? "the function")"
            ]
        }
        var reasons = [
            "\(input.text): \(ever.seriesCount) series match, none has a sample in the "
                + "\(DurationText.text(input.range)) before \(time(end))"
        ]
        if last.isStale {
            reasons.append("\(series) went stale at \(time(last.time)): its target or the series itself was gone")
        } else {
            reasons.append(
                "the nearest, \(series), was last seen at \(time(last.time)), \(DurationText.text(end - last.time)) before"
            )
        }
        return reasons
    }

    // MARK: Matchers that are never met

    /// Which matchers are to blame when no series ever met all.
    private func guilty(_ matchers: [LabelMatcher], _ text: String) throws(QueryError) -> [String] {
        var reasons: [String] = []
        for (index, matcher) in matchers.enumerated() {
            try context.checkpoint()
            var others = matchers
            others.remove(at: index)
            // Without any other matcher nothing is learned from all series matching.
            let count = others.isEmpty ? 0 : try select(others, Int64.min, Int64.max).seriesCount
            if count == 0, matcher.name != LabelNames.metric { continue }
            let isAlone = try select([matcher], Int64.min, Int64.max).seriesCount == 0
            if count > 0 {
                let known = try known(matcher, others)
                reasons.append("\(matcher.shortText) empties it: \(count) series match without it\(known)")
            } else if isAlone {
                reasons.append("\(matcher.shortText) matches no series at all\(try known(matcher, []))")
            }
        }
        if reasons.isEmpty { reasons = ["more than one matcher empties it: leaving out any one is not enough"] }
        return ["\(text): no series has ever matched"] + reasons
    }

    /// What the label's values are among the series that match the others.
    private func known(_ matcher: LabelMatcher, _ others: [LabelMatcher]) throws(QueryError) -> String {
        var request = LabelRequest(matchers: others.isEmpty ? [] : [others], limit: Self.valuesRead)
        let room = try AskedRoom(context.budget, purpose: "a look at the values of \(matcher.name)")
        request.takesBytes = { room.take($0) }
        let values: [String]
        do throws(SelectError) {
            values = try context.snapshot.labelValues(matcher.name, request)
        } catch {
            throw room.refusal ?? QueryError(error)
        }
        try context.checkpoint()
        if values.isEmpty { return "; none of them has the label \(matcher.name)" }
        if let near = NearestName.find(matcher.value, among: values) { return "; did you mean \(GoText.quoted(near))?" }
        if matcher.name == LabelNames.metric { return "" }
        let shown = values.prefix(Self.namesShown).map { GoText.quoted($0) }.joined(separator: ", ")
        return "; \(matcher.name) is \(shown)\(values.count > Self.namesShown ? ", …" : "")"
    }

    // MARK: Samples

    /// The newest sample of any matching series up to `end`.
    private func newest(
        _ matchers: [LabelMatcher], until end: Int64
    ) throws(QueryError) -> (labels: Labels, time: Int64, isStale: Bool)? {
        var labels: Labels?
        var best: (time: Int64, isStale: Bool)?
        let slice = Slice()
        for distance in Self.distances {
            let start = distance == .max ? Int64.min : end.subtractingReportingOverflow(distance).partialValue
            let selection = try select(matchers, start, end)
            var samples = 0
            for unit in 0..<selection.unitCount where samples <= Self.samplesRead {
                try context.checkpoint()
                let largest = selection.estimatedSamples(inUnit: unit)
                try context.budget.check(
                    samples: 0, bytes: largest * WindowTask.sampleBytes,
                    purpose: "a look for the newest of \(largest) samples")
                do throws(SelectError) { try selection.read(unit: unit, into: slice) } catch { throw QueryError(error) }
                samples += slice.values.count
                for column in slice.columns where column.count > 0 {
                    let time = slice.times[column.firstTime + column.count - 1]
                    let isStale = slice.values[column.firstValue + column.count - 1].isStaleMarker
                    // Of several at the same time one that lives says more.
                    if let best, time < best.time || (time == best.time && (isStale || !best.isStale)) { continue }
                    best = (time, isStale)
                    labels = selection.labels(of: column.series)
                }
            }
            if best != nil { break }
        }
        guard let best, let labels else { return nil }
        return (labels, best.time, best.isStale)
    }

    private func select(_ matchers: [LabelMatcher], _ start: Int64, _ end: Int64) throws(QueryError) -> any Selection {
        do throws(SelectError) {
            return try context.snapshot.select(
                SelectRequest(
                    matchers: matchers, start: Grid.bounded(start), end: Grid.bounded(end), keepsStaleMarkers: true))
        } catch {
            throw QueryError(error)
        }
    }

    private func time(_ milliseconds: Int64) -> String { TimeText.rfc3339(milliseconds) }
}

extension PlanOperation {
    /// Two vectors are brought together.
    fileprivate var isMatch: Bool {
        switch self {
        case .vectorVector, .set: return true
        default: return false
        }
    }
}
