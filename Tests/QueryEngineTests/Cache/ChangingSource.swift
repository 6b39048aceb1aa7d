import Model
import Synchronization
import TestSupport

/// Samples that come and go while queries are asked, and what has changed since each moment, by a plain list.
final class ChangingSource: SeriesSource {
    private struct State {
        /// The earliest time of a sample of each commit.
        var commits: [Int64] = []
        var removals: UInt64 = 0
        var base = MemorySeriesSource()
        var series: [Labels: [(time: Int64, value: Double)]] = [:]
    }

    private let state = Mutex(State())

    func add(_ samples: [(labels: Labels, time: Int64, value: Double)]) {
        state.withLock { state in
            for sample in samples {
                state.series[sample.labels, default: []].append((sample.time, sample.value))
                state.base.add(sample.labels, times: [sample.time], values: [sample.value])
            }
            if let earliest = samples.map(\.time).min() { state.commits.append(earliest) }
        }
    }

    /// Removes the samples for which `isGone` holds.
    func remove(where isGone: (Labels, Int64) -> Bool) {
        state.withLock { state in
            state.removals += 1
            state.base = MemorySeriesSource()
            for (labels, samples) in state.series.sorted(by: { $0.key < $1.key }) {
                let left = samples.filter { !isGone(labels, $0.time) }.sorted { $0.time < $1.time }
                state.series[labels] = left
                state.base.add(labels, times: left.map(\.time), values: left.map(\.value))
            }
        }
    }

    func snapshot() throws(SelectError) -> any SeriesSnapshot {
        let (base, mark) = state.withLock {
            ($0.base, SnapshotMark(commit: UInt64($0.commits.count), removals: $0.removals))
        }
        return MarkedSnapshot(try base.snapshot(), self, mark)
    }

    fileprivate func unchanged(since mark: SnapshotMark) -> Range<Int64>? {
        state.withLock { state in
            if state.removals != mark.removals { return nil }
            return .min..<(state.commits[Int(mark.commit)...].min() ?? .max)
        }
    }
}

private final class MarkedSnapshot: SeriesSnapshot {
    private let base: any SeriesSnapshot
    private let source: ChangingSource
    let mark: SnapshotMark?

    init(_ base: any SeriesSnapshot, _ source: ChangingSource, _ mark: SnapshotMark) {
        self.base = base
        self.source = source
        self.mark = mark
    }

    func unchanged(since mark: SnapshotMark) -> Range<Int64>? { source.unchanged(since: mark) }
    func select(_ request: SelectRequest) throws(SelectError) -> any Selection { try base.select(request) }
    func series(_ request: LabelRequest) throws(SelectError) -> [Labels] { try base.series(request) }
    func labelNames(_ request: LabelRequest) throws(SelectError) -> [String] { try base.labelNames(request) }
    func labelValues(_ name: String, _ request: LabelRequest) throws(SelectError) -> [String] {
        try base.labelValues(name, request)
    }
}
