/// Selectors, range vectors and what is made of them.
extension QueryGenerator {
    mutating func selector(_ family: Family) -> String { bareSelector(family) + modifiers() }

    private mutating func bareSelector(_ family: Family) -> String {
        let name = pick(family == .any ? Family.any.metrics + ["up", "requests_total"] : family.metrics)
        switch Int.random(in: 0..<14, using: &random) {
        case 0: return "\(name){job=\"\(pick(["api", "db"]))\"}"
        case 1: return "\(name){instance=~\"\(pick(["a.*", "a:1|b:1", ".*:1", ".+", "c:2|"]))\"}"
        case 2: return "\(name){instance!~\"\(pick(["a.*", "b:1|c:2", "d:9", ""]))\"}"
        case 3: return "\(name){code!=\"500\"}"
        case 4 where family == .any: return "{__name__=~\"\(name)|late\", job!=\"none\"}"
        case 5 where family == .any: return "{job=\"db\", __name__!~\"requests.*|oddity\"}"
        default: return name
        }
    }

    private mutating func modifiers() -> String {
        // Multiples of five seconds, and for absolute times two more: see `times`.
        let start = ComparisonData.start / 1000
        var texts: [String] = []
        if random.chance(0.12) { texts.append("offset \(pick(["15s", "1m", "5m", "12m", "-1m", "-10m", "1m35s"]))") }
        if random.chance(0.08) {
            let time = start + Int64.random(in: 24...1100, using: &random) * 5 + 2
            texts.append(pick(["@ \(time)", "@ start()", "@ end()"]))
        }
        return texts.map { " \($0)" }.joined()
    }

    /// A range vector with the labels of a family.
    mutating func matrix(_ family: Family, depth: Int) -> String {
        if depth <= 0 || random.chance(0.65) {
            let window = pick(["20s", "1m", "2m", "5m", "7m30s", "15m", "40m"])
            return "\(bareSelector(family))[\(window)]\(modifiers())"
        }
        // A second more than a multiple of five: the left edge is never one of the subquery's steps.
        let window = pick(["1m1s", "3m31s", "5m1s", "10m6s", "20m1s"])
        let step = pick(["", "10s", "15s", "30s", "1m", "1m30s", "5m"])
        return "(\(vector(family, depth: depth - 1)))[\(window):\(step)]\(modifiers())"
    }

    mutating func overRange(_ family: Family, depth: Int) -> String {
        let input = matrix(family, depth: depth - 1)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: return "\(pick(["rate", "increase", "irate"]))(\(input))"
        case 2: return "\(pick(["delta", "idelta", "deriv", "changes", "resets"]))(\(input))"
        case 3: return "quantile_over_time(\(pick(["0", "0.5", "0.9", "1", "2", "-1"])), \(input))"
        case 4: return "predict_linear(\(input), \(pick(["60", "3600", "-300"])))"
        case 5:
            let (smoothing, trend) = (pick(["0.25", "0.5", "0.75"]), pick(["0.25", "0.5", "0.75"]))
            return "double_exponential_smoothing(\(input), \(smoothing), \(trend))"
        default: return "\(pick(Self.overTime))(\(input))"
        }
    }

    private static let overTime = [
        "avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "stddev_over_time",
        "stdvar_over_time", "last_over_time", "present_over_time", "rate", "increase",
    ]
}
