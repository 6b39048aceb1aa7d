import Model

/// Which labels make how many series, and which of them come and go. Not thread safe.
package struct CardinalityAnalysis {
    package struct Entry: Sendable, Equatable {
        package var name: String
        package var count: Int
    }

    package private(set) var series = 0
    /// Of the sums below: series that were there for half of the time count half.
    private let start: Int64
    private let end: Int64
    private var pairs: [Label: Counts] = [:]
    private var names: [String: Counts] = [:]

    private struct Counts {
        var series = 0
        /// How much of the time its series were missing, one for all the time of one series.
        var uncovered = 0.0

        mutating func add(_ uncovered: Double) {
            series += 1
            self.uncovered += uncovered
        }
    }

    /// - Parameters: of all samples, in milliseconds.
    init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    /// Milliseconds.
    package var times: ClosedRange<Int64> { start...max(start, end) }

    /// Adds a series that was there from its first to its last sample.
    mutating func add(_ labels: Labels, first: Int64, last: Int64) {
        series += 1
        let span = Double(end - start)
        let uncovered = span > 0 ? 1 - Double(last - first) / span : 0
        for label in labels.array {
            pairs[label, default: Counts()].add(uncovered)
            names[label.name, default: Counts()].add(uncovered)
        }
    }

    package var labelNames: Int { names.count }
    package var labelPairs: Int { pairs.count }
    /// Pairs, each as often as it has series.
    package var postings: Int { pairs.values.reduce(0) { $0 + $1.series } }

    package func churningPairs(_ limit: Int) -> [Entry] {
        Self.largest(pairs.map { (Self.text($0.key), Int($0.value.uncovered.rounded())) }, limit)
    }

    package func churningNames(_ limit: Int) -> [Entry] {
        Self.largest(names.map { ($0.key, Int($0.value.uncovered.rounded())) }, limit)
    }

    package func commonPairs(_ limit: Int) -> [Entry] {
        Self.largest(pairs.map { (Self.text($0.key), $0.value.series) }, limit)
    }

    /// Bytes of the values of a name.
    package func longestValues(_ limit: Int) -> [Entry] { byName(limit) { $0.value.utf8.count } }

    /// Values of a name.
    package func mostValues(_ limit: Int) -> [Entry] { byName(limit) { _ in 1 } }

    package func largestMetrics(_ limit: Int) -> [Entry] {
        Self.largest(
            pairs.filter { $0.key.name == LabelNames.metric }.map { ($0.key.value, $0.value.series) }, limit)
    }

    private func byName(_ limit: Int, _ weight: (Label) -> Int) -> [Entry] {
        var sums: [String: Int] = [:]
        for pair in pairs.keys { sums[pair.name, default: 0] += weight(pair) }
        return Self.largest(sums.map { ($0.key, $0.value) }, limit)
    }

    private static func text(_ label: Label) -> String { "\(label.name)=\(label.value)" }

    private static func largest(_ all: [(name: String, count: Int)], _ limit: Int) -> [Entry] {
        all.filter { $0.count > 0 }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.prefix(limit)
            .map { Entry(name: $0.name, count: $0.count) }
    }
}

extension CardinalityAnalysis {
    /// Of a block, from its index and its times.
    init(_ block: BlockReader) throws(BlockError) {
        self.init(start: block.meta.firstTime, end: block.meta.lastTime)
        let timelines = try block.index.timelines()
        var times: [Int: [Int64]] = [:]
        var cursor = try BlockSeriesCursor(block.index)
        for number in 0..<UInt32(block.meta.series) {
            try cursor.move(to: number)
            var first = Int64.max
            var last = Int64.min
            for column in cursor.columns {
                if times[column.timeline] == nil {
                    times[column.timeline] = try block.times(of: try timelines.timeline(column.timeline))
                }
                guard let rows = times[column.timeline], column.firstRow + column.rowsBehind < rows.count else {
                    throw block.index.damage(.series)
                }
                first = min(first, rows[column.firstRow])
                last = max(last, rows[rows.count - 1 - column.rowsBehind])
            }
            add(try cursor.labels(), first: first, last: max(first, last))
        }
    }

    /// Of what a selection has; reads all of it.
    package init(_ selection: any Selection, start: Int64, end: Int64) throws(SelectError) {
        self.init(start: start, end: end)
        let slice = Slice()
        for unit in 0..<selection.unitCount {
            try selection.read(unit: unit, into: slice)
            for column in slice.columns where column.count > 0 {
                add(
                    selection.labels(of: column.series), first: slice.times[column.firstTime],
                    last: slice.times[column.firstTime + column.count - 1])
            }
        }
    }
}

extension StoppedStore {
    /// The analysis of one block by its name.
    package func analyze(block name: String) throws -> CardinalityAnalysis {
        guard let name = BlockName(name), try blockNames().contains(name) else {
            throw StorageError("there is no block \(name) in \(path); apus tsdb list names them")
        }
        let (block, findings) = openBlock(name)
        guard let block else { throw StorageError("\(findings.first?.description ?? "a block cannot be opened")") }
        return try CardinalityAnalysis(block)
    }

    /// The newest block that can be opened.
    package func newestBlock() throws -> String? {
        try blockNames().compactMap { openBlock($0).block?.meta }
            .max { ($0.lastTime, $0.name) < ($1.lastTime, $1.name) }?.name.description
    }
}
