import Model

/// The series of a selection over head and blocks, each once, and where their samples lie.
struct MergedPlan: Sendable {
    /// A column in a block.
    struct Piece: Sendable {
        /// Index of `blocks`.
        var block: Int
        var timeline: BlockTimeline
        var column: BlockColumn
        var deleted: [ClosedRange<Int64>]
    }

    /// Some series that are read together.
    struct Unit: Sendable {
        /// The unit of the head with their newest samples.
        var head: Int?
        /// The key under which all pieces lie that are to share times.
        var key: UInt64?
        var series: [Int]
        /// Cells that its blocks may hold.
        var cells: Int
    }

    /// Cells that a unit may decode.
    static let cellsPerUnit = 1 << 16
    private static let seriesPerUnit = 512

    let start: Int64
    let end: Int64
    let keepsStaleMarkers: Bool
    /// Oldest first.
    let blocks: [BlockReader]
    /// Of the series that only blocks have; their numbers follow those of the head.
    private(set) var labels: [Labels] = []
    /// Per series its pieces in blocks, by block.
    private(set) var pieces: [[Piece]]
    private(set) var units: [Unit] = []

    init(_ head: HeadSelection, _ blocks: [BlockReader], _ request: SelectRequest) throws(BlockError) {
        start = request.start
        end = request.end
        keepsStaleMarkers = request.keepsStaleMarkers
        self.blocks = blocks
        pieces = Array(repeating: [], count: head.seriesCount)
        var numbers: [Labels: Int] = [:]
        for (index, block) in blocks.enumerated() {
            let found = try BlockPieces(block, request.matchers, start: start, end: end)
            if found.series.isEmpty { continue }
            if numbers.isEmpty {
                numbers.reserveCapacity(head.seriesCount + found.series.count)
                for series in 0..<head.seriesCount { numbers[head.labels(of: series)] = series }
            }
            for (labels, columns, deleted) in found.series {
                let number = numbers[labels] ?? pieces.count
                if number == pieces.count {
                    numbers[labels] = number
                    self.labels.append(labels)
                    pieces.append([])
                }
                for column in columns {
                    guard let timeline = found.timelines[column.timeline] else { continue }
                    pieces[number].append(Piece(block: index, timeline: timeline, column: column, deleted: deleted))
                }
            }
        }
        cutUnits(head)
    }

    /// What is held beside the head's part.
    var bytes: Int {
        let texts = labels.reduce(0) { $0 + $1.encoded.count + Self.labelsBytes }
        return texts + pieces.reduce(0) { $0 + Self.listBytes + $1.count * MemoryLayout<Piece>.stride }
    }

    /// What a list takes beside its elements, its place in another one and among the units included.
    private static let listBytes = 48
    /// What a label set takes beside its text.
    private static let labelsBytes = 64

    /// The one key of all pieces of a series; nil when there are several.
    func key(of series: Int) -> UInt64? {
        guard let key = pieces[series].first?.timeline.key else { return nil }
        return pieces[series].allSatisfy { $0.timeline.key == key } ? key : nil
    }

    private func rows(of series: Int) -> Int { pieces[series].reduce(0) { $0 + $1.timeline.rows } }

    private mutating func cutUnits(_ head: HeadSelection) {
        for unit in 0..<head.unitCount {
            let series = head.series(inUnit: unit)
            let cells = series.reduce(0) { $0 + rows(of: $1) }
            units.append(Unit(head: unit, key: head.key(ofUnit: unit), series: series, cells: cells))
        }
        var open: [UInt64?: Unit] = [:]
        for series in head.seriesCount..<pieces.count {
            let key = key(of: series)
            var unit = open[key] ?? Unit(head: nil, key: key, series: [], cells: 0)
            unit.series.append(series)
            unit.cells += rows(of: series)
            open[key] = unit
            if unit.cells >= Self.cellsPerUnit || unit.series.count >= Self.seriesPerUnit {
                units.append(unit)
                open[key] = nil
            }
        }
        units += open.values.sorted { $0.series[0] < $1.series[0] }
    }
}
