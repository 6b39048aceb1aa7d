import Model
import Platform
import QueryEngine
import TestSupport

/// Range queries over an hour of samples every 15 s that lie decoded in memory: what planning, windows, grouping and
/// results cost without storage.
func queryBenchmarks() {
    for histograms in [100, 3000] {
        let engine = Engine(
            source: HistogramSource(histograms: histograms), options: EngineOptions(), clock: ManualTime())
        let series = histograms * HistogramSource.bounds.count
        let queries = [
            "request_seconds_bucket",
            "rate(request_seconds_bucket[5m])",
            "sum(rate(request_seconds_bucket[5m]))",
            "sum by (handler) (rate(request_seconds_bucket[5m]))",
            "histogram_quantile(0.9, sum by (le, handler) (rate(request_seconds_bucket[5m])))",
            "histogram_quantile(0.9, sum without (id) (rate(request_seconds_bucket[5m])))",
            "max_over_time(request_seconds_bucket[5m])",
            "topk(5, rate(request_seconds_bucket[5m]))",
            "rate(request_seconds_bucket[5m]) / ignoring(le, id) group_left rate(request_seconds_bucket{le=\"+Inf\"}[5m])",
        ]
        for query in queries {
            var answer = 0
            let time = shortest {
                answer = (try? engine.range(query, start: 300_000, end: 3_900_000, step: 60_000))?.value.count ?? -1
            }
            print("query \(series) series x 1h, 61 steps: \(nanoseconds(time / 1e6)) ms, \(answer) series: \(query)")
        }
        for query in ["sum by (handler) (rate(request_seconds_bucket[5m]))", "count(request_seconds_bucket)"] {
            let time = shortest { _ = try? engine.instant(query, at: 3_900_000) }
            print("query \(series) series, one step: \(nanoseconds(time / 1e6)) ms: \(query)")
        }
    }
}

extension QueryValue {
    fileprivate var count: Int {
        if case .matrix(let series) = self { return series.count }
        return 0
    }
}

/// Counters of classic histograms, all scraped at the same times, 65 minutes at 15 s.
final class HistogramSource: SeriesSource, SeriesSnapshot {
    static let bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "+Inf"]
    static let twelve = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"]
    /// 65 minutes.
    static let mostRows = 261

    fileprivate let rows: Int
    fileprivate let labels: [Labels]
    fileprivate let times: [Int64]
    /// Series after series.
    fileprivate let values: [Double]

    init(histograms: Int, bounds: [String] = HistogramSource.bounds, rows: Int = HistogramSource.mostRows) {
        self.rows = rows
        var random = SeededRandom(seed: 7)
        var labels: [Labels] = []
        var values: [Double] = []
        for index in 0..<histograms {
            for (place, bound) in bounds.enumerated() {
                labels.append(
                    Labels([
                        "__name__": "request_seconds_bucket", "job": "service", "instance": "10.0.0.\(index / 30):9090",
                        "handler": "/api/v1/resource/\(index % 30)", "le": bound,
                        "id": "\(labels.count)",
                    ]))
                var value = 0.0
                for _ in 0..<rows {
                    value += Double(Int.random(in: 0...10, using: &random) * (place + 1))
                    values.append(value)
                }
            }
        }
        self.labels = labels
        self.values = values
        times = (0..<rows).map { Int64($0) * 15_000 }
    }

    func snapshot() throws(SelectError) -> any SeriesSnapshot { self }

    func select(_ request: SelectRequest) throws(SelectError) -> any Selection {
        let found = labels.indices.filter { series in
            request.matchers.allSatisfy { $0.name == LabelNames.metric || $0.matches(labels[series][$0.name] ?? "") }
        }
        return HistogramSelection(
            self, found,
            (times.firstIndex { $0 >= request.start } ?? 0)..<(times.firstIndex { $0 > request.end } ?? rows))
    }

    func series(_ request: LabelRequest) throws(SelectError) -> [Labels] { labels }
    func labelNames(_ request: LabelRequest) throws(SelectError) -> [String] { [] }
    func labelValues(_ name: String, _ request: LabelRequest) throws(SelectError) -> [String] { [] }
}

private final class HistogramSelection: Selection {
    private static let unitSize = 256

    private let source: HistogramSource
    private let series: [Int]
    private let rows: Range<Int>

    init(_ source: HistogramSource, _ series: [Int], _ rows: Range<Int>) {
        self.source = source
        self.series = series
        self.rows = rows
    }

    var seriesCount: Int { series.count }
    func labels(of index: Int) -> Labels { source.labels[series[index]] }
    var unitCount: Int { (series.count + Self.unitSize - 1) / Self.unitSize }
    func estimatedSamples(inUnit unit: Int) -> Int { Self.unitSize * rows.count }

    func read(unit: Int, into slice: Slice) throws(SelectError) {
        slice.removeAll()
        slice.times.append(contentsOf: source.times[rows])
        slice.sharedRows = rows.count
        for index in unit * Self.unitSize..<min(series.count, (unit + 1) * Self.unitSize) {
            let start = series[index] * source.rows
            slice.columns.append(
                .init(series: index, firstTime: 0, firstValue: slice.values.count, count: rows.count, isShared: true))
            slice.values.append(contentsOf: source.values[start + rows.lowerBound..<start + rows.upperBound])
        }
    }
}
