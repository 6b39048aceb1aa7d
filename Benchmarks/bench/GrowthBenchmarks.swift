import Foundation
import Model
import QueryEngine
import TestSupport

/// What the engine's operators cost for each sample that goes in and each point that comes out, and how that grows: the
/// exponents say by which power of the number of series, and of steps, the time of four times as many is more. One is
/// linear; less means that a part of the work is shared.
func growthBenchmarks() {
    for benchmark in GrowthBenchmark.all { benchmark.run() }
}

private struct GrowthBenchmark {
    let name: String
    let query: String
    /// Histograms of twelve buckets.
    let histograms: Int
    /// Rows of 15 s, and the steps of 15 s that are asked for, both up to the same time.
    let rows: Int
    let steps: Int

    private static let factor = 4

    static let all = [
        GrowthBenchmark(
            name: "rate", query: "rate(request_seconds_bucket[5m])", histograms: 84, rows: 261, steps: 241),
        GrowthBenchmark(
            name: "sum by", query: "sum by (handler) (request_seconds_bucket)", histograms: 8334, rows: 41, steps: 21),
        GrowthBenchmark(
            name: "histogram_quantile",
            query: "histogram_quantile(0.9, sum by (le, handler) (rate(request_seconds_bucket[5m])))",
            histograms: 400, rows: 101, steps: 81),
        GrowthBenchmark(
            name: "topk", query: "topk(5, request_seconds_bucket)", histograms: 800, rows: 101, steps: 81),
        GrowthBenchmark(
            name: "regex on 100k values", query: "count(request_seconds_bucket{id=~\"[0-9]*7[0-9]\"})",
            histograms: 8334, rows: 21, steps: 1),
        GrowthBenchmark(
            name: "subquery", query: "max_over_time(rate(request_seconds_bucket[1m])[5m:30s])", histograms: 84,
            rows: 141, steps: 101),
        GrowthBenchmark(
            name: "group_left",
            query: "request_seconds_bucket / ignoring (le, id) group_left () "
                + "request_seconds_bucket{le=\"+Inf\"}", histograms: 400, rows: 101, steps: 81),
    ]

    func run() {
        let (base, samples, points) = measure(histograms, steps)
        let moreSeries = measure(histograms * Self.factor, steps).time
        // One step has no range to grow by.
        let fewerSteps = steps > Self.factor ? measure(histograms, steps / Self.factor).time : nil
        print(
            "growth, \(name), \(histograms * HistogramSource.twelve.count) series x \(steps) steps: "
                + "\(nanoseconds(base / 1e6)) ms, \(nanoseconds(base / Double(max(samples, 1)))) ns per sample, "
                + "\(nanoseconds(base / Double(max(points, 1)))) ns per point; exponent by series "
                + exponent(moreSeries, base) + ", by steps " + (fewerSteps.map { exponent(base, $0) } ?? "-"))
    }

    private func exponent(_ large: Double, _ small: Double) -> String {
        nanoseconds(max(0, log(large / max(small, 1)) / log(Double(Self.factor))))
    }

    /// Nanoseconds, samples read and points of the answer.
    private func measure(_ histograms: Int, _ steps: Int) -> (time: Double, samples: Int, points: Int) {
        let source = HistogramSource(histograms: histograms, bounds: HistogramSource.twelve, rows: rows)
        let engine = Engine(source: source, options: EngineOptions(), clock: ManualTime())
        let end = Int64(rows - 1) * 15_000
        var samples = 0
        var points = 0
        let time = shortest(runs: 5) {
            let result = try? engine.range(query, start: end - Int64(steps - 1) * 15_000, end: end, step: 15_000)
            samples = result?.statistics.samplesRead ?? 0
            if case .matrix(let series)? = result?.value { points = series.reduce(0) { $0 + $1.values.count } }
        }
        return (time, samples, points)
    }
}
