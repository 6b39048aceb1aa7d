import Model

/// The data that both servers hold: made so that no sample ever lies on the edge of a window, since 2.42 counts samples
/// on the left edge and 3.x does not. Windows, offsets and times of evaluation are whole seconds, sample times are not.
/// Values are integers or end in binary fractions, so that sums are exact in whatever order they are taken.
package struct ComparisonData: Sendable {
    package struct Series: Sendable {
        package var labels: [(name: String, value: String)]
        /// Milliseconds between samples, and of the first sample behind `start`.
        var interval: Int64 = 15_000
        var phase: Int64
        /// Milliseconds that a sample may be late.
        var jitter: Int64 = 0
        /// By tick; nil is a missing sample.
        var value: @Sendable (Int) -> Double?
    }

    /// Milliseconds: a whole minute.
    package static let start: Int64 = 1_750_000_020_000
    package static let minutes: Int64 = 90

    package private(set) var series: [Series] = []

    private static let instances = [("api", "a:1"), ("api", "b:1"), ("api", "c:2"), ("db", "a:1"), ("db", "d:9")]

    package init() {
        for (index, (job, instance)) in Self.instances.enumerated() {
            let place = [("job", job), ("instance", instance)]
            // Those of one instance share their times, as scraped series do.
            let phase: Int64 = job == "api" ? 3217 : 11_683
            let jitter: Int64 = job == "api" ? 0 : 90
            func add(_ name: String, _ labels: [(String, String)] = [], _ value: @escaping @Sendable (Int) -> Double?) {
                let all = [("__name__", name)] + place + labels
                series.append(Series(labels: all, phase: phase, jitter: jitter, value: value))
            }
            addRequests(index, add)
            addGauges(index, add)
            addHistograms(index, add)
            addComingAndGoing(index, add)
        }
        for (kind, values) in Self.oddities {
            series.append(
                Series(
                    labels: [("__name__", "oddity"), ("kind", kind)], interval: 30_000, phase: 7401,
                    value: { values[$0 / 3 % values.count] }))
        }
        // Which of equal values topk takes depends on the order of series: Prometheus has that in which it met them.
        series = series.sorted { Self.labels($0) < Self.labels($1) }
    }

    private static func labels(_ series: Series) -> Labels { Labels(series.labels.map { Label($0.name, $0.value) }) }

    private static let oddities: [(String, [Double])] = [
        ("nan", [.nan]), ("inf", [.infinity]), ("negative_inf", [-.infinity]), ("zero", [0, -0.0]),
        ("mixed", [1, .nan, .infinity, -2, -.infinity, 0.5]),
        ("tiny", [.leastNonzeroMagnitude, 1e-300, -.leastNormalMagnitude / 8]),
        ("huge", [1.5e308, -1.25e308, 1e300]), ("one", [1]), ("steps", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("epoch", [951_782_400, 1_709_164_799, 1_750_000_000, -86_401, 4_102_444_800]),
    ]

    private typealias Adder = (String, [(String, String)], @escaping @Sendable (Int) -> Double?) -> Void

    private func addRequests(_ index: Int, _ add: Adder) {
        for (position, (code, path)) in [("200", "/"), ("200", "/x"), ("404", "/x"), ("500", "/"), ("500", "/y")]
            .enumerated()
        {
            let key = index * 7 + position
            let labels = [("code", code), ("path", path)]
            add("requests_total", labels) { Self.counter(key, $0) }
            if code != "200" { add("errors_total", labels) { Self.counter(key + 100, $0 / 3) } }
            add("response_bytes", labels) { Double(Self.noise(key, $0) % 4096) / 8 }
        }
    }

    private func addGauges(_ index: Int, _ add: Adder) {
        add("memory_bytes", []) { Double(Self.noise(index, $0 / 2) % 1_000_000) }
        add("limit_bytes", []) { _ in Double(500_000 + index % 3 * 250_000) }
        add("up", []) { Self.noise(index + 40, $0 / 4) % 5 == 0 ? 0 : 1 }
        add("machine_info", [("os", index % 2 == 0 ? "linux" : "bsd"), ("version", "6.\(index)")]) { _ in 1 }
        add("restarts_total", []) { Double($0 / 97) + 3 }
        for sensor in ["cpu", "disk"] {
            let key = index * 3 + sensor.utf8.count
            add("temperature", [("sensor", sensor)]) { Double(Self.noise(key, $0) % 640) / 16 - 12 }
        }
    }

    private func addHistograms(_ index: Int, _ add: Adder) {
        // One instance has no +Inf bucket, one names a bound in two ways, one has seen nothing.
        var bounds = [("0.1", 1), ("0.5", 3), ("1", 6), ("2.5", 7), ("+Inf", 8)]
        if index == 1 { bounds.removeLast() }
        if index == 2 { bounds.append(("1.0", 2)) }
        for (bound, share) in bounds {
            add("latency_seconds_bucket", [("le", bound)]) {
                index == 3 ? 0 : Double(($0 * (index + 2) + 64) * 8 / 8 * share)
            }
        }
        add("latency_seconds_count", []) { index == 3 ? 0 : Double(($0 * (index + 2) + 64) * 8) }
        add("latency_seconds_sum", []) { index == 3 ? 0 : Double(($0 * (index + 2) + 64) * 5) / 4 }
        for (bound, share) in [("-1", 1), ("0", 2), ("4", 5), ("+Inf", 5)] {
            add("balance_bucket", [("le", bound)]) { Double(share * (1 + Int(Self.noise(index, $0 / 20) % 16))) }
        }
    }

    private func addComingAndGoing(_ index: Int, _ add: Adder) {
        add("flapping", []) { tick in
            // Present for 40 ticks of 60, then gone with a marker.
            let place = (tick + index * 11) % 60
            return place < 40 ? Double(1000 + tick + index) : place == 40 ? Double.staleMarker : nil
        }
        add("gaps", []) { tick in
            // Missing without a marker for 3 and for 9 minutes.
            let place = (tick + index * 17) % 120
            return (30..<42).contains(place) || (70..<106).contains(place) ? nil : Double(place) * 0.5 - 9
        }
        if index % 2 == 0 {
            add("late", []) { tick in
                // The marker makes the series known in its place among the others.
                tick == 0 ? .staleMarker : tick < 120 + index * 10 ? nil : Double(5000 + tick * 3)
            }
        }
        if index % 2 == 1 { add("early", []) { $0 > 200 - index * 10 ? nil : Double(7000 + $0 * 5) } }
    }

    /// Whole steps from a high start, with resets that lie far from any gap.
    private static func counter(_ key: Int, _ tick: Int) -> Double {
        let period = 83 + key % 19
        let sinceReset = tick < period ? tick : tick % period
        let base = tick < period ? 40_000 + key * 100 : key % 4
        return Double(base + sinceReset * (1 + key % 5) + Int(noise(key, tick / 2) % 2))
    }

    private static func noise(_ key: Int, _ tick: Int) -> UInt64 {
        var mixed = UInt64(bitPattern: Int64(key &* 1_000_003 &+ tick)) &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Calls `body` with the samples of some minutes of a series.
    package func forEachSample(of one: Series, minutes: Range<Int64>, _ body: (Int64, Double) -> Void) {
        let ticks = Int(minutes.lowerBound * 60_000 / one.interval)..<Int(minutes.upperBound * 60_000 / one.interval)
        for tick in ticks {
            guard let value = one.value(tick) else { continue }
            let late = one.jitter == 0 ? 0 : Int64(Self.noise(tick, 77) % UInt64(one.jitter))
            body(Self.start + Int64(tick) * one.interval + one.phase + late, value)
        }
    }
}
