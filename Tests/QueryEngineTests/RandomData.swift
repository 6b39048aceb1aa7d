import Model
import QueryEngine
import TestSupport

/// Random series as storage may hold them: regular scrapes, gaps, jitter, late starts, resets, stale markers, NaN.
struct RandomData {
    static let interval: Int64 = 15_000
    static let rows = 120

    private(set) var series: [(labels: Labels, times: [Int64], values: [Double])] = []

    init(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let jitter = (0..<Self.rows).map { _ in Int64.random(in: 0...50, using: &random) }
        for name in ["requests_total", "temperature", "latency_bucket"] {
            for index in 0..<6 { add(name, index, jitter, &random) }
        }
    }

    private mutating func add(_ name: String, _ index: Int, _ jitter: [Int64], _ random: inout SeededRandom) {
        let isCounter = name != "temperature"
        let gaps = random.chance(0.5) ? 0 : 0.1
        let start = random.chance(0.3) ? Int.random(in: 0..<Self.rows / 2, using: &random) : 0
        let ownShift = random.chance(0.3) ? Int64.random(in: 1...3000, using: &random) : 0
        var times: [Int64] = []
        var values: [Double] = []
        var value = Double.random(in: 0...100, using: &random)
        for row in start..<Self.rows {
            value =
                isCounter
                ? value + Double(Int.random(in: 0...9, using: &random)) : value + .random(in: -2...2, using: &random)
            if isCounter, random.chance(0.02) { value = 0 }
            if random.chance(gaps) { continue }
            times.append(Int64(row) * Self.interval + jitter[row] + ownShift)
            values.append(random.chance(0.02) ? .staleMarker : random.chance(0.01) ? .ordinaryNaN : value)
        }
        var labels = [Label("__name__", name), Label("instance", "\(index % 3)"), Label("zone", index < 3 ? "a" : "b")]
        if name == "latency_bucket" {
            labels = [
                Label("__name__", name), Label("zone", index < 3 ? "a" : "b"),
                Label("le", ["0.1", "1", "+Inf"][index % 3]),
            ]
        }
        series.append((Labels(labels), times, values))
    }

    func source(_ delivery: MemorySeriesSource.Delivery, unitSize: Int = 256) -> MemorySeriesSource {
        let source = MemorySeriesSource(delivery: delivery, unitSize: unitSize)
        for one in series { source.add(one.labels, times: one.times, values: one.values) }
        return source
    }

    func engine(
        _ delivery: MemorySeriesSource.Delivery = .shared, unitSize: Int = 256, options: EngineOptions = EngineOptions()
    ) -> Engine {
        Engine(source: source(delivery, unitSize: unitSize), options: options, clock: ManualTime())
    }

    /// One expression for about everything that can be evaluated.
    static let expressions =
        windowFunctions.map { "\($0)(requests_total[2m])" }
        + windowFunctions.map { "\($0)(temperature[1m:20s] offset 1m)" }
        + aggregations.map { "\($0) by (zone) (temperature)" } + aggregations.map { "\($0)(rate(requests_total[1m]))" }
        + [
            "requests_total", "temperature offset 3m", "temperature @ 600", "sum(temperature @ end())", "time()",
            "requests_total + temperature", "requests_total > 100", "5 < bool temperature", "-temperature",
            "requests_total * on (instance, zone) temperature", "vector(time())", "scalar(sum(temperature)) + 1",
            "requests_total / on (zone) group_left sum by (zone) (requests_total)", "temperature or requests_total",
            "temperature and requests_total > 200", "temperature unless on (zone) requests_total{zone=\"a\"}",
            "topk by (zone) (2, temperature)", "bottomk(3, temperature)", "quantile by (zone) (0.3, temperature)",
            "count_values by (zone) (\"value\", ceil(temperature / 50))", "limitk(2, temperature)",
            "limit_ratio(0.5, temperature)", "absent(temperature{zone=\"none\"})", "absent_over_time(temperature[20s])",
            "histogram_quantile(0.7, rate(latency_bucket[2m]))", "histogram_fraction(0, 0.5, latency_bucket)",
            "label_replace(temperature, \"area\", \"x$1\", \"zone\", \"(.*)\")",
            "label_join(temperature, \"both\", \"-\", \"zone\", \"instance\")", "timestamp(temperature)",
            "timestamp(temperature + 1)", "round(temperature, 5)", "clamp(temperature, 10, 60)", "ln(requests_total)",
            "minute(vector(time()))", "quantile_over_time(0.4, temperature[2m])", "predict_linear(temperature[2m], 60)",
            "rate(requests_total[1m]) / rate(requests_total[1m])", "temperature % 7 ^ 2 atan2 3", "hour()",
            "increase(requests_total[2m] anchored)", "rate(requests_total[2m] smoothed)", "temperature smoothed",
            "info(temperature{zone=\"a\"}, {__name__=\"requests_total\", zone=\"a\"})",
        ]

    private static let windowFunctions = [
        "rate", "increase", "delta", "irate", "idelta", "resets", "changes", "sum_over_time", "avg_over_time",
        "count_over_time", "min_over_time", "max_over_time", "stddev_over_time", "stdvar_over_time", "first_over_time",
        "last_over_time", "present_over_time", "deriv", "mad_over_time", "ts_of_min_over_time", "ts_of_max_over_time",
        "ts_of_first_over_time", "ts_of_last_over_time",
    ]

    private static let aggregations = ["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar"]
}

/// Points of a result by series and time, as bit patterns.
struct Points: Equatable {
    private(set) var values: [Labels: [Int64: UInt64]] = [:]

    init() {}

    init(_ value: QueryValue) {
        switch value {
        case .scalar(let time, let number): add(.empty, time, number)
        case .string: break
        case .vector(let samples): for sample in samples { add(sample.labels, sample.time, sample.value) }
        case .matrix(let series):
            for one in series { for (time, number) in zip(one.times, one.values) { add(one.labels, time, number) } }
        }
    }

    mutating func add(_ labels: Labels, _ time: Int64, _ number: Double) {
        values[labels, default: [:]][time] = number.isNaN ? Double.ordinaryNaN.bitPattern : number.bitPattern
    }

    mutating func merge(_ other: Points) {
        for (labels, points) in other.values { values[labels, default: [:]].merge(points) { _, new in new } }
    }

    /// The first point where the two are further apart than rounding explains.
    func difference(to other: Points) -> String? {
        for labels in Set(values.keys).union(other.values.keys) {
            let (left, right) = (values[labels] ?? [:], other.values[labels] ?? [:])
            for time in Set(left.keys).union(right.keys) {
                guard let a = left[time], let b = right[time] else {
                    return "\(labels) at \(time): only in \(left[time] == nil ? "the second" : "the first")"
                }
                let (x, y) = (Double(bitPattern: a), Double(bitPattern: b))
                if a == b || x == y || (x - y).magnitude <= 1e-12 * max(x.magnitude, y.magnitude) { continue }
                return "\(labels) at \(time): \(x) and \(y)"
            }
        }
        return nil
    }
}
