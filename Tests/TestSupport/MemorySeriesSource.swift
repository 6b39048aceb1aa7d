import Model
import Synchronization

/// Samples in memory, behind the ports that storage has: for tests of everything above storage.
package final class MemorySeriesSource: SeriesSource, SampleAppender {
    /// How slices lay out times. Answers must not depend on it.
    package enum Delivery: Sendable, CaseIterable {
        /// The series of a unit share one time column wherever their samples are a run of it.
        case shared
        /// Every column brings its own times.
        case separate
    }

    struct Series: Sendable {
        var labels: Labels
        var times: [Int64] = []
        var values: [Double] = []
    }

    private struct State {
        var series: [Series] = []
        var references: [Labels: Int] = [:]
        var live: [Origin: Set<UInt32>] = [:]
    }

    private let state = Mutex(State())
    private let delivery: Delivery
    private let unitSize: Int

    package init(delivery: Delivery = .shared, unitSize: Int = 256) {
        self.delivery = delivery
        self.unitSize = unitSize
    }

    /// Adds a series with its samples; times must ascend.
    package func add(_ labels: Labels, times: [Int64], values: [Double]) {
        state.withLock { state in
            let index = Self.index(of: labels, &state)
            for (time, value) in zip(times, values) { _ = state.series[index].insert(time, value) }
        }
    }

    package func removeAll() { state.withLock { $0 = State() } }

    package func snapshot() throws(SelectError) -> any SeriesSnapshot {
        MemorySnapshot(series: state.withLock { $0.series }, delivery: delivery, unitSize: unitSize)
    }

    package func reference(for labels: Labels) throws(AppendError) -> SeriesReference {
        SeriesReference(UInt32(state.withLock { Self.index(of: labels, &$0) }))
    }

    package func append(_ batch: AppendBatch, now: Int64) throws(AppendError) -> AppendOutcome {
        state.withLock { state in
            var outcome = AppendOutcome()
            for part in batch.parts {
                for (position, reference) in part.references.enumerated() {
                    let time = part.times.isEmpty ? part.time : part.times[position]
                    let value = part.values[position]
                    let stored = state.series[Int(reference.rawValue)].insert(time, value)
                    switch stored {
                    case .appended: outcome.appended += 1
                    case .repeated: outcome.repeated += 1
                    case .duplicate: outcome.duplicate += 1
                    }
                    if value.isStaleMarker {
                        state.live[part.origin]?.remove(reference.rawValue)
                    } else {
                        state.live[part.origin, default: []].insert(reference.rawValue)
                    }
                }
            }
            return outcome
        }
    }

    package func liveSeries(of origin: Origin) -> [SeriesReference] {
        state.withLock { ($0.live[origin] ?? []).sorted().map { SeriesReference($0) } }
    }

    private static func index(of labels: Labels, _ state: inout State) -> Int {
        if let known = state.references[labels] { return known }
        state.series.append(Series(labels: labels))
        state.references[labels] = state.series.count - 1
        return state.series.count - 1
    }
}

extension MemorySeriesSource.Series {
    enum Insertion { case appended, repeated, duplicate }

    mutating func insert(_ time: Int64, _ value: Double) -> Insertion {
        if times.last.map({ $0 < time }) ?? true {
            times.append(time)
            values.append(value)
            return .appended
        }
        let position = times.firstIndex { $0 >= time } ?? times.count
        if times[position] == time {
            return values[position].bitPattern == value.bitPattern ? .repeated : .duplicate
        }
        times.insert(time, at: position)
        values.insert(value, at: position)
        return .appended
    }
}

private final class MemorySnapshot: SeriesSnapshot {
    private let all: [MemorySeriesSource.Series]
    private let delivery: MemorySeriesSource.Delivery
    private let unitSize: Int

    init(series: [MemorySeriesSource.Series], delivery: MemorySeriesSource.Delivery, unitSize: Int) {
        all = series
        self.delivery = delivery
        self.unitSize = unitSize
    }

    func select(_ request: SelectRequest) throws(SelectError) -> any Selection {
        let found = all.filter { series in
            series.hasSamples(request.start, request.end) && series.labels.matches(request.matchers)
        }
        return MemorySelection(series: found, request: request, delivery: delivery, unitSize: unitSize)
    }

    func series(_ request: LabelRequest) throws(SelectError) -> [Labels] {
        var room = LabelRoom(request)
        let found = matching(request).filter { room.take($0) }
        try room.check()
        return limited(found.sorted(), request.limit)
    }

    func labelNames(_ request: LabelRequest) throws(SelectError) -> [String] {
        let names = Set(matching(request).flatMap { $0.array.map(\.name) })
        return try limited(names, request)
    }

    func labelValues(_ name: String, _ request: LabelRequest) throws(SelectError) -> [String] {
        let values = Set(matching(request).compactMap { $0[name] })
        return try limited(values, request)
    }

    private func matching(_ request: LabelRequest) -> [Labels] {
        all.filter { series in
            series.hasSamples(request.start, request.end)
                && (request.matchers.isEmpty || request.matchers.contains { series.labels.matches($0) })
        }.map(\.labels)
    }

    private func limited(_ texts: Set<String>, _ request: LabelRequest) throws(SelectError) -> [String] {
        var room = LabelRoom(request)
        let found = texts.filter { room.takeText($0.utf8.count) }
        try room.check()
        return limited(found.sorted(by: Labels.precedes), request.limit)
    }

    private func limited<T>(_ items: [T], _ limit: Int?) -> [T] {
        guard let limit else { return items }
        return Array(items.prefix(limit))
    }
}

private final class MemorySelection: Selection {
    private let series: [MemorySeriesSource.Series]
    private let request: SelectRequest
    private let delivery: MemorySeriesSource.Delivery
    private let unitSize: Int

    init(
        series: [MemorySeriesSource.Series], request: SelectRequest, delivery: MemorySeriesSource.Delivery,
        unitSize: Int
    ) {
        self.series = series
        self.request = request
        self.delivery = delivery
        self.unitSize = unitSize
    }

    var seriesCount: Int { series.count }
    var unitCount: Int { (series.count + unitSize - 1) / unitSize }
    func labels(of index: Int) -> Labels { series[index].labels }

    func estimatedSamples(inUnit unit: Int) -> Int {
        members(of: unit).reduce(0) { $0 + series[$1].rows(request.start, request.end).count }
    }

    func read(unit: Int, into slice: Slice) throws(SelectError) {
        slice.removeAll()
        if delivery == .shared {
            // Equal time lists are common; the union is built only where they differ.
            for index in members(of: unit) {
                let times = series[index].times[series[index].rows(request.start, request.end)]
                if !slice.times.elementsEqual(times) { slice.times = Self.union(slice.times, times) }
            }
            slice.sharedRows = slice.times.count
        }
        for index in members(of: unit) { append(index, to: slice) }
    }

    private static func union(_ left: [Int64], _ right: ArraySlice<Int64>) -> [Int64] {
        var result: [Int64] = []
        var rest = right
        for time in left {
            while let next = rest.first, next <= time {
                if next < time { result.append(next) }
                rest.removeFirst()
            }
            result.append(time)
        }
        return result + rest
    }

    private func append(_ index: Int, to slice: Slice) {
        let one = series[index]
        var kept = Array(one.rows(request.start, request.end))
        if !request.keepsStaleMarkers { kept.removeAll { one.values[$0].isStaleMarker } }
        guard let first = kept.first else { return }
        let firstValue = slice.values.count
        slice.values.append(contentsOf: kept.lazy.map { one.values[$0] })
        if delivery == .shared, let row = slice.times[..<slice.sharedRows].firstIndex(of: one.times[first]),
            row + kept.count <= slice.sharedRows,
            slice.times[row..<row + kept.count].elementsEqual(kept.lazy.map { one.times[$0] })
        {
            slice.columns.append(
                .init(series: index, firstTime: row, firstValue: firstValue, count: kept.count, isShared: true))
        } else {
            slice.columns.append(
                .init(
                    series: index, firstTime: slice.times.count, firstValue: firstValue, count: kept.count,
                    isShared: false))
            slice.times.append(contentsOf: kept.lazy.map { one.times[$0] })
        }
    }

    private func members(of unit: Int) -> Range<Int> {
        unit * unitSize..<min(series.count, (unit + 1) * unitSize)
    }
}

extension MemorySeriesSource.Series {
    /// Indices of the samples between two times, both inclusive.
    fileprivate func rows(_ start: Int64, _ end: Int64) -> Range<Int> {
        let low = Self.lowerBound(times) { $0 < start }
        let high = Self.lowerBound(times) { $0 <= end }
        return low..<max(low, high)
    }

    fileprivate func hasSamples(_ start: Int64, _ end: Int64) -> Bool { !rows(start, end).isEmpty }

    private static func lowerBound(_ times: [Int64], _ isBefore: (Int64) -> Bool) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(times[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Labels {
    /// True when every matcher matches; a missing label counts as empty.
    fileprivate func matches(_ matchers: [LabelMatcher]) -> Bool {
        matchers.allSatisfy { $0.matches(self[$0.name] ?? "") }
    }
}
