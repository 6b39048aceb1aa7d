/// Writes valid random queries over `ComparisonData`, of what Prometheus 2.42 and 3.14 both know.
///
/// Matching needs sides with the same labels, so vectors are made to order: of a family, the labels of which are known.
package struct QueryGenerator {
    /// Vectors with the same label names.
    enum Family: CaseIterable {
        /// job, instance, code, path
        case request
        /// job, instance
        case instance
        /// job, instance, sensor
        case sensor
        /// job, instance, le
        case bucket
        /// Whatever comes.
        case any

        var labels: [String] {
            switch self {
            case .request: return ["job", "instance", "code", "path"]
            case .instance: return ["job", "instance"]
            case .sensor: return ["job", "instance", "sensor"]
            case .bucket: return ["job", "instance", "le"]
            case .any: return ["job", "instance", "code", "path", "sensor", "le", "kind", "os"]
            }
        }

        var metrics: [String] {
            switch self {
            case .request: return ["requests_total", "errors_total", "response_bytes"]
            case .instance:
                return [
                    "memory_bytes", "limit_bytes", "up", "restarts_total", "flapping", "gaps", "late", "early",
                    "latency_seconds_count", "latency_seconds_sum",
                ]
            case .sensor: return ["temperature"]
            case .bucket: return ["latency_seconds_bucket", "balance_bucket"]
            case .any: return ["oddity", "machine_info", "missing"]
            }
        }
    }

    var random: SeededRandom

    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// An expression.
    package mutating func query() -> String {
        random.chance(0.04) ? scalar(depth: 3) : vector(.any, depth: Int.random(in: 1...4, using: &random))
    }

    /// When to ask for it: at one time and over a range.
    package mutating func times() -> [QueryTimes] {
        // Two seconds behind a multiple of five: never on the edge of a subquery's steps.
        let start = ComparisonData.start / 1000
        func moment(_ minutes: ClosedRange<Int64>) -> Int64 {
            start + Int64.random(in: minutes.lowerBound * 12...minutes.upperBound * 12, using: &random) * 5 + 2
        }
        let from = moment(2...60)
        let step = pick([15, 30, 60, 75, 150, 300] as [Int64])
        return [
            .instant(moment(5...93)),
            .range(start: from, end: from + step * Int64.random(in: 1...25, using: &random), step: step),
        ]
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    // MARK: Vectors

    mutating func vector(_ family: Family, depth: Int) -> String {
        if family == .any { return anyVector(depth: depth) }
        if depth == 0 { return selector(family) }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return selector(family)
        case 1, 2: return elementwise(vector(family, depth: depth - 1))
        case 3, 4: return overRange(family, depth: depth)
        case 5: return "-\(vector(family, depth: depth - 1))"
        case 6: return "(\(vector(family, depth: depth - 1)))"
        case 7:
            let labels = family.labels.joined(separator: ", ")
            let inner = random.chance(0.7) ? vector(family, depth: depth - 1) : selector(.any)
            return "\(simpleAggregation()) by (\(labels)) (\(inner))"
        case 8: return withScalar(vector(family, depth: depth - 1), depth: depth)
        case 9: return setOperation(family, depth: depth)
        default: return sameLabels(family, depth: depth)
        }
    }

    private mutating func anyVector(depth: Int) -> String {
        let family = pick(Family.allCases)
        if depth == 0 { return selector(family) }
        switch Int.random(in: 0..<20, using: &random) {
        case 0...2: return family == .any ? selector(.any) : vector(family, depth: depth)
        case 3...6: return aggregation(depth: depth)
        case 7: return labelFunction(depth: depth)
        case 8: return histogramQuantile(depth: depth)
        case 9: return grouped(depth: depth)
        case 10: return odd(depth: depth)
        case 11: return calendar(depth: depth)
        case 12: return setOperation(family, depth: depth)
        case 13: return overRange(.any, depth: depth)
        case 14: return elementwise(anyVector(depth: depth - 1))
        case 15: return withScalar(anyVector(depth: depth - 1), depth: depth)
        case 16: return randomMatching(depth: depth)
        case 17: return "\(pick(["sort", "sort_desc"]))(\(anyVector(depth: depth - 1)))"
        default: return sameLabels(family, depth: depth)
        }
    }

    private mutating func odd(depth: Int) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "absent(\(anyVector(depth: depth - 1)))"
        case 1: return "absent_over_time(\(matrix(.any, depth: depth - 1)))"
        case 2: return "vector(\(scalar(depth: depth - 1)))"
        default: return "timestamp(\(anyVector(depth: depth - 1)))"
        }
    }

    private mutating func elementwise(_ inner: String) -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return "clamp(\(inner), \(number()), \(number()))"
        case 1: return "\(pick(["clamp_min", "clamp_max"]))(\(inner), \(number()))"
        case 2: return random.chance(0.5) ? "round(\(inner))" : "round(\(inner), \(pick(["0.5", "10", "0.125", "-2"])))"
        default:
            return "\(pick(Self.mathematics))(\(inner))"
        }
    }

    private static let mathematics = [
        "abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "sin", "cos", "tan", "asin", "acos",
        "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad", "abs", "ceil", "floor", "sqrt", "sgn",
    ]

    private mutating func calendar(depth: Int) -> String {
        let name = pick([
            "minute", "hour", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "month", "year",
        ])
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return "\(name)()"
        case 1: return "\(name)(oddity{kind=\"epoch\"})"
        default: return "\(name)(timestamp(\(selector(.any))))"
        }
    }

    private mutating func labelFunction(depth: Int) -> String {
        let inner = anyVector(depth: depth - 1)
        let target = pick(["job", "instance", "extra", "code", "le"])
        let source = pick(["job", "instance", "path", "code", "missing", "__name__"])
        if random.chance(0.4) {
            return "label_join(\(inner), \"\(target)\", \"\(pick(["-", "", "/"]))\", \"\(source)\", \"job\")"
        }
        let pattern = pick(["(.*)", "(.)(.*)", "a(.*)", "([a-z]+):?(.*)", "", "nothing"])
        let replacement = pick(["$1", "x$2", "${1}_", "fixed", "", "$3"])
        return "label_replace(\(inner), \"\(target)\", \"\(replacement)\", \"\(source)\", \"\(pattern)\")"
    }

    // MARK: Aggregations

    private mutating func simpleAggregation() -> String {
        pick(["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar"])
    }

    private mutating func grouping() -> String {
        let labels = (0..<Int.random(in: 0...3, using: &random)).map { _ in pick(Family.any.labels) }
        if labels.isEmpty, random.chance(0.6) { return "" }
        return " \(pick(["by", "without"])) (\(labels.joined(separator: ", ")))"
    }

    private mutating func aggregation(depth: Int) -> String {
        let inner = anyVector(depth: depth - 1)
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: return "\(pick(["topk", "bottomk"]))\(grouping()) (\(pick(["1", "2", "3", "0", "5"])), \(inner))"
        case 2: return "quantile\(grouping()) (\(quantile()), \(inner))"
        case 3: return "count_values\(grouping()) (\"value\", \(inner))"
        default: return "\(simpleAggregation())\(grouping()) (\(inner))"
        }
    }

    private mutating func histogramQuantile(depth: Int) -> String {
        let buckets = random.chance(0.7) ? selector(.bucket) : vector(.bucket, depth: depth - 1)
        let inner = random.chance(0.5) ? buckets : "sum by (\(pick(["le", "le, job", "le, instance"]))) (\(buckets))"
        return "histogram_quantile(\(quantile()), \(inner))"
    }

    private mutating func quantile() -> String {
        random.chance(0.1) ? scalar(depth: 1) : pick(["0", "0.25", "0.5", "0.9", "0.99", "1", "-0.5", "1.5"])
    }

    // MARK: Operators

    private static let arithmetic = ["+", "-", "*", "/", "+", "-", "*", "/", "%", "^", "atan2"]
    private static let comparisons = ["==", "!=", "<", "<=", ">", ">="]

    private mutating func operation() -> String {
        if random.chance(0.6) { return pick(Self.arithmetic) }
        return pick(Self.comparisons) + (random.chance(0.4) ? " bool" : "")
    }

    private mutating func withScalar(_ vector: String, depth: Int) -> String {
        let number = scalar(depth: min(depth - 1, 1))
        return random.chance(0.5) ? "(\(vector)) \(operation()) \(number)" : "\(number) \(operation()) (\(vector))"
    }

    /// Both sides have the labels of a family.
    private mutating func sameLabels(_ family: Family, depth: Int) -> String {
        let family = family == .any ? .instance : family
        let left = vector(family, depth: depth - 1)
        let right = vector(family, depth: depth - 1)
        let matching = pick(["", "", " on (\(family.labels.joined(separator: ", ")))", " ignoring (extra)"])
        return "(\(left)) \(operation())\(matching) (\(right))"
    }

    /// Many of a family to one of each instance.
    private mutating func grouped(depth: Int) -> String {
        let many = vector(pick([.request, .sensor, .bucket]), depth: depth - 1)
        let one = random.chance(0.4) ? "machine_info" : vector(.instance, depth: depth - 1)
        let include = pick([" ()", " ()", " (os)", " (os, version)", " (code)"])
        if random.chance(0.5) {
            return "(\(many)) \(operation()) on (job, instance) group_left\(include) (\(one))"
        }
        return "(\(one)) \(operation()) on (job, instance) group_right\(include) (\(many))"
    }

    /// Often an error, and then the same one.
    private mutating func randomMatching(depth: Int) -> String {
        let labels = (0..<Int.random(in: 0...2, using: &random)).map { _ in pick(Family.any.labels) }
        let matching = "\(pick(["on", "ignoring"])) (\(labels.joined(separator: ", ")))"
        let (left, right) = (anyVector(depth: depth - 1), anyVector(depth: depth - 1))
        return "(\(left)) \(operation()) \(matching)\(pick(["", "", " group_left ()", " group_right ()"])) (\(right))"
    }

    private mutating func setOperation(_ family: Family, depth: Int) -> String {
        let left = vector(family, depth: depth - 1)
        let right = random.chance(0.6) ? vector(family, depth: depth - 1) : anyVector(depth: depth - 1)
        let matching = pick(["", "", " on (job)", " on (job, instance)", " ignoring (code, path)", " on ()"])
        return "(\(left)) \(pick(["and", "or", "unless"]))\(matching) (\(right))"
    }

    // MARK: Scalars

    mutating func number() -> String {
        pick(["0", "1", "2", "-1", "0.5", "100", "1e3", "3.75", "-0.25", "NaN", "Inf", "-Inf"])
    }

    mutating func scalar(depth: Int) -> String {
        if depth <= 0 || random.chance(0.5) { return number() }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return "time()"
        case 1: return "pi()"
        case 2: return "scalar(\(vector(.instance, depth: depth - 1)))"
        case 3: return "(\(scalar(depth: depth - 1)) \(pick(Self.comparisons)) bool \(scalar(depth: depth - 1)))"
        default: return "(\(scalar(depth: depth - 1)) \(pick(Self.arithmetic)) \(scalar(depth: depth - 1)))"
        }
    }
}
