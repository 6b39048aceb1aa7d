import Model
import QueryEngine
import TestSupport

enum PlannerTarget {
    private static let source: MemorySeriesSource = {
        let source = MemorySeriesSource()
        for (name, value) in [("foo", 1.5), ("bar", -2), ("foo_bucket", 7), ("metric", 0)] {
            for (position, le) in ["1", "+Inf"].enumerated() {
                let labels = Labels([Label("__name__", name), Label("job", "api"), Label("le", le)])
                let times = stride(from: Int64(0), through: 600_000, by: 15_000).map { $0 + Int64(position) }
                source.add(labels, times: times, values: times.map { Double($0 / 15_000) * value })
            }
        }
        return source
    }()

    private static var engine: Engine {
        var options = EngineOptions()
        options.maxSamples = 20_000
        options.maxMemory = 16 << 20
        return Engine(source: source, options: options, clock: ManualTime())
    }

    static func run(_ bytes: [UInt8]) -> String? {
        // Long patterns and long chains cost what they cost; they are not what is looked for.
        if bytes.count > 400 { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let instant = Result { try engine.instant(text, at: 300_000) }
        let range = Result { try engine.range(text, start: 240_000, end: 360_000, step: 60_000) }
        guard case .success(let result) = instant, case .success(let series) = range else { return nil }
        return difference(result.value, series.value, text)
    }

    /// The middle step of the range query is the instant query, where neither sorts nor asks for the range's bounds.
    private static func difference(_ instant: QueryValue, _ range: QueryValue, _ text: String) -> String? {
        let asksForBounds = ["start", "end", "step", "range", "sort", "_ratio"].contains {
            text.lowercased().contains($0)
        }
        guard !asksForBounds, case .vector(let samples) = instant, case .matrix(let series) = range else { return nil }
        var expected: [Labels: Double] = [:]
        for one in series {
            for (time, value) in zip(one.times, one.values) where time == 300_000 { expected[one.labels] = value }
        }
        guard samples.count == expected.count else {
            return "\(text): \(samples.count) series at once, \(expected.count) in the range"
        }
        for sample in samples {
            guard let other = expected[sample.labels] else { return "\(text): \(sample.labels) is not in the range" }
            let isSame = sample.value == other || sample.value.isNaN && other.isNaN
            let distance = (sample.value - other).magnitude
            if !isSame, !(distance <= 1e-6 * max(1, sample.value.magnitude, other.magnitude)) {
                return "\(text): \(sample.labels) is \(sample.value) at once and \(other) in the range"
            }
        }
        return nil
    }
}
