import Model
import Platform

/// Joins timelines into a block: rows without a cell go, columns that fill less than half of their rows get times of
/// their own, columns of one origin with equal times share them, and what a series has several times at one time it
/// keeps once. Not thread safe.
struct BlockAssembler {
    private let labels: [Labels]
    private let timelines: [AssemblyTimeline]
    /// Series with samples in more than one timeline.
    private var timelinesOfSeries: [UInt32: [Int]] = [:]
    /// Of those the ones whose samples have to be merged one by one.
    private var merged: [UInt32: Home] = [:]
    private var outputs: [AssemblyOutput] = []
    private var pools = LooseColumnPools()
    private let isStopping: () -> Bool

    /// Where a series goes whose samples are merged.
    private enum Home {
        case column(timeline: Int)
        case ownTimes
    }

    /// - Parameters:
    ///   - labels: of the series, ascending; their numbers are the indices.
    ///   - isStopping: asked now and then; true ends the work with `CompactionStopped`.
    init(_ labels: [Labels], _ timelines: [AssemblyTimeline], isStopping: @escaping () -> Bool = { false }) {
        self.isStopping = isStopping
        self.labels = labels
        self.timelines = timelines
    }

    /// Writes all samples. Series without one are left out.
    mutating func write(to writer: inout BlockWriter) throws {
        findSeriesInSeveralTimelines()
        for series in timelinesOfSeries.keys.sorted() { try settle(series) }
        for timeline in timelines.indices { try plan(timeline) }
        outputs += pools.outputs()
        outputs.sort { $0.firstSeries < $1.firstSeries }
        var columns: [(series: UInt32, column: BlockColumn)] = []
        for output in outputs { try write(output, writer.data, &columns) }
        columns.sort { ($0.series, $0.column.timeline) < ($1.series, $1.column.timeline) }
        var number = -1
        var last: UInt32?
        for (series, column) in columns {
            if series != last {
                try writer.addSeries(labels[Int(series)])
                number += 1
                last = series
            }
            writer.add(column, of: UInt32(number))
        }
    }

    private mutating func findSeriesInSeveralTimelines() {
        var first = [Int32](repeating: -1, count: labels.count)
        for (index, timeline) in timelines.enumerated() {
            timeline.forEachSeries { series in
                let known = Int(first[Int(series)])
                if known < 0 {
                    first[Int(series)] = Int32(index)
                } else if known != index, timelinesOfSeries[series]?.last != index {
                    timelinesOfSeries[series, default: [known]].append(index)
                }
            }
        }
    }

    /// Decides whether the samples of a series in several timelines are merged: they are if any are late, or if the
    /// spans overlap.
    private mutating func settle(_ series: UInt32) throws {
        let numbers = timelinesOfSeries[series] ?? []
        var spans: [(first: Int64, last: Int64)] = []
        var counts: [Int] = []
        for number in numbers {
            let column = try column(of: series, in: timelines[number])
            counts.append(timelines[number].isLate ? -1 : column.times.count)
            if let first = column.times.first, let last = column.times.last { spans.append((first, last)) }
        }
        spans.sort { $0.first < $1.first }
        let overlap = zip(spans, spans.dropFirst()).contains { $0.last >= $1.first }
        if !overlap && !numbers.contains(where: { timelines[$0].isLate }) { return }
        let largest = counts.indices.max { counts[$0] < counts[$1] } ?? 0
        let home = numbers[largest]
        let all = try mergedColumn(of: series)
        if !timelines[home].isLate && Self.contains(timelines[home].times, all.times) {
            merged[series] = .column(timeline: home)
        } else {
            merged[series] = .ownTimes
            pools.add(series, all.times, origin: timelines[home].origin, source: nil)
        }
    }

    /// True when ascending times hold all of others.
    private static func contains(_ times: [Int64], _ wanted: [Int64]) -> Bool {
        var row = 0
        for time in wanted {
            while row < times.count && times[row] < time { row += 1 }
            if row == times.count || times[row] != time { return false }
        }
        return true
    }

    /// Finds the columns of a timeline that stay in it, and the rows these need.
    private mutating func plan(_ number: Int) throws {
        if isStopping() { throw CompactionStopped() }
        let timeline = timelines[number]
        let rows = timeline.times.count
        if rows == 0 { return }
        var cells = [Double](repeating: .absent, count: rows)
        var staying: [UInt32] = []
        var isUsed = [Bool](repeating: false, count: rows)
        let places = timeline.places()
        let isAlone = timeline.isLate || places.first?.series == places.last?.series
        var start = 0
        while start < places.count {
            let series = places[start].series
            var end = start
            while end < places.count && places[end].series == series { end += 1 }
            defer { start = end }
            switch merged[series] {
            case .ownTimes: continue
            case .column(let home):
                if home != number { continue }
                cells = try mergedCells(of: series, rows: timeline.times)
            case nil:
                try cells.withContiguousMutable { try timeline.read(places[start..<end], into: $0) }
            }
            guard let first = cells.firstIndex(where: { !$0.isAbsent }),
                let last = cells.lastIndex(where: { !$0.isAbsent })
            else { continue }
            let count = cells[first...last].reduce(0) { $0 + ($1.isAbsent ? 0 : 1) }
            if merged[series] == nil && (isAlone || count * 2 < last - first + 1) {
                pools.add(series, Self.present(cells, timeline.times).times, origin: timeline.origin, source: number)
                continue
            }
            staying.append(series)
            for row in first...last where !cells[row].isAbsent { isUsed[row] = true }
        }
        guard let first = staying.first else { return }
        outputs.append(
            AssemblyOutput(
                key: timeline.key, origin: timeline.origin, firstSeries: first,
                content: .rows(timeline: number, series: staying, rows: isUsed.contains(false) ? isUsed : nil)))
    }

    private func write(
        _ output: AssemblyOutput, _ data: BlockDataWriter,
        _ columns: inout [(series: UInt32, column: BlockColumn)]
    ) throws {
        if isStopping() { throw CompactionStopped() }
        switch output.content {
        case .rows(let number, let series, let rows):
            let timeline = timelines[number]
            let used = rows.map { rows in rows.indices.filter { rows[$0] } }
            data.begin(
                key: output.key, origin: output.origin,
                times: used?.map { timeline.times[$0] } ?? timeline.times)
            var cells = [Double](repeating: .absent, count: timeline.times.count)
            try append(series, data, &columns) { place in
                let series = series[place]
                if merged[series] == nil {
                    let places = timeline.places(of: series)
                    try cells.withContiguousMutable { try timeline.read(places, into: $0) }
                } else {
                    cells = try mergedCells(of: series, rows: timeline.times)
                }
                return used.map { used in used.map { cells[$0] } } ?? cells
            }
        case .loose(let members): try write(members, output, data, &columns)
        }
    }

    /// Writes columns whose times most likely are equal; those that differ come after the others.
    private func write(
        _ members: [LooseMember], _ output: AssemblyOutput, _ data: BlockDataWriter,
        _ columns: inout [(series: UInt32, column: BlockColumn)]
    ) throws {
        var rest = members
        while let first = rest.first {
            let times = try loose(first).times
            let key = rest.count == 1 ? first.source.map { timelines[$0].key } : nil
            data.begin(key: key ?? self.key(output.origin, first.series), origin: output.origin, times: times)
            let part = rest.prefix(Limits.timelineColumns)
            var others = Array(rest[part.endIndex...])
            try append(part.map(\.series), data, &columns) { place in
                let column = try loose(part[place])
                if column.times == times { return column.values }
                others.append(part[place])
                return []
            }
            rest = others
        }
    }

    /// Appends columns to the timeline begun last. Buckets of a histogram come one after the other, each coded relative
    /// to another one if that is shorter.
    /// - Parameter cells: by the place of the series; nothing for one that is left out.
    private func append(
        _ series: [UInt32], _ data: BlockDataWriter, _ columns: inout [(series: UInt32, column: BlockColumn)],
        cells: (Int) throws -> [Double]
    ) throws {
        var written: [Int: (column: BlockColumn, cells: [Double])] = [:]
        let order = BucketOrder(series.lazy.map { labels[Int($0)] }).entries
        for (index, entry) in order.enumerated() {
            if isStopping() { throw CompactionStopped() }
            let cells = try cells(entry.place)
            if entry.neighbour == nil { written.removeAll(keepingCapacity: true) }
            let neighbour = entry.neighbour.flatMap { written[$0] }
            guard let column = try cells.withUnsafeBufferPointer({ try data.appendColumn($0, beside: neighbour) })
            else {
                continue
            }
            columns.append((series[entry.place], column))
            if entry.isNeighbour { written[index] = (column, cells) }
        }
    }

    /// A key that comes out the same in the next block, if the same series join.
    private func key(_ origin: Origin, _ series: UInt32) -> UInt64 {
        let name = labels[Int(series)].encoded.withUnsafeBytes { StableHash.hash($0) }
        return StableHash.combine(StableHash.combine(UInt64(origin.kind.rawValue), origin.key), name)
    }

    private func loose(_ member: LooseMember) throws -> LooseColumn {
        guard let source = member.source else { return try mergedColumn(of: member.series) }
        return try column(of: member.series, in: timelines[source])
    }

    private func column(of series: UInt32, in timeline: AssemblyTimeline) throws -> LooseColumn {
        var cells = [Double](repeating: .absent, count: timeline.times.count)
        try cells.withContiguousMutable { try timeline.read(timeline.places(of: series), into: $0) }
        return Self.present(cells, timeline.times)
    }

    private static func present(_ cells: [Double], _ times: [Int64]) -> LooseColumn {
        var column = LooseColumn()
        for row in cells.indices where !cells[row].isAbsent {
            column.times.append(times[row])
            column.values.append(cells[row])
        }
        return column
    }

    /// All samples of a series, one per time.
    private func mergedColumn(of series: UInt32) throws -> LooseColumn {
        var samples: [(time: Int64, age: Int, value: Double)] = []
        for number in timelinesOfSeries[series] ?? [] {
            let timeline = timelines[number]
            let column = try column(of: series, in: timeline)
            for (time, value) in zip(column.times, column.values) {
                samples.append((time, timeline.age(at: time), value))
            }
        }
        samples.sort { ($0.time, $0.age) < ($1.time, $1.age) }
        var column = LooseColumn()
        for sample in samples where sample.time != column.times.last {
            column.times.append(sample.time)
            column.values.append(sample.value)
        }
        return column
    }

    /// The same on rows that have all its times.
    private func mergedCells(of series: UInt32, rows times: [Int64]) throws -> [Double] {
        let column = try mergedColumn(of: series)
        var cells = [Double](repeating: .absent, count: times.count)
        var row = 0
        for (time, value) in zip(column.times, column.values) {
            while times[row] < time { row += 1 }
            cells[row] = value
        }
        return cells
    }
}
