import Model

/// The series of a selection over head and blocks, each once, and where their samples lie.
struct MergedPlan: Sendable {
    /// A timeline of a block that may have samples in the range.
    struct Timeline: Sendable {
        /// Index of `blocks`.
        var block: Int
        var timeline: BlockTimeline
        /// Its place among those with the same key.
        var place: Int
    }

    /// A column in a block.
    struct Piece: Sendable {
        /// Index of `timelines`.
        var timeline: Int32
        /// The series' number in the block.
        var series: UInt32
        /// Bytes from the timeline's offset.
        var offset: Int
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
    /// Of each block what is deleted.
    let deletions: [BlockDeletions]
    let names: MergedNames
    let timelines: [Timeline]
    /// Per key the numbers of its timelines.
    let timelinesOfKey: [UInt64: [Int]]
    /// All columns in blocks, by series and then by block.
    private let pieces: [Piece]
    /// Per series where its pieces begin, and where the last one's end.
    private let starts: [Int32]
    private(set) var units: [Unit] = []

    /// Asks for the room of what it holds beside the head's part.
    init(_ head: HeadSelection, _ blocks: [BlockReader], _ request: SelectRequest) throws(SelectError) {
        start = request.start
        end = request.end
        keepsStaleMarkers = request.keepsStaleMarkers
        self.blocks = blocks
        deletions = blocks.map(\.deletions)
        var search = PieceSearch(head, start: start, end: end)
        for (number, block) in blocks.enumerated() {
            let found = try Self.checked { () throws(BlockError) in try block.select(request.matchers) }
            try request.take(bytes: found.count * PieceSearch.bytesPerSeries)
            try Self.checked { () throws(BlockError) in try search.add(found, of: block, number: number) }
        }
        try request.take(bytes: search.names.bytesOfLabels)
        names = search.names
        timelines = search.timelines
        timelinesOfKey = search.timelinesOfKey
        (pieces, starts) = search.sorted()
        cutUnits(head)
    }

    private static func checked<Result>(_ body: () throws(BlockError) -> Result) throws(SelectError) -> Result {
        do throws(BlockError) { return try body() } catch { throw SelectError(error) }
    }

    var seriesCount: Int { names.count }

    /// The pieces of a series in blocks, by block.
    func pieces(of series: Int) -> ArraySlice<Piece> { pieces[Int(starts[series])..<Int(starts[series + 1])] }

    /// All pieces of a series lie under a key.
    func isOnly(_ key: UInt64, of series: Int) -> Bool {
        for piece in pieces(of: series) where timelines[Int(piece.timeline)].timeline.key != key { return false }
        return true
    }

    /// The one key of all pieces of a series; nil when there are several.
    private func key(of series: Int) -> UInt64? {
        guard let first = pieces(of: series).first else { return nil }
        let key = timelines[Int(first.timeline)].timeline.key
        return isOnly(key, of: series) ? key : nil
    }

    private func rows(of series: Int) -> Int {
        var rows = 0
        for piece in pieces(of: series) { rows += timelines[Int(piece.timeline)].timeline.rows }
        return rows
    }

    private mutating func cutUnits(_ head: HeadSelection) {
        for unit in 0..<head.unitCount {
            let series = head.series(inUnit: unit)
            let cells = series.reduce(0) { $0 + rows(of: $1) }
            units.append(Unit(head: unit, key: head.key(ofUnit: unit), series: series, cells: cells))
        }
        var open: [UInt64?: Unit] = [:]
        for series in head.seriesCount..<seriesCount {
            let key = key(of: series)
            var unit = open.removeValue(forKey: key) ?? Unit(head: nil, key: key, series: [], cells: 0)
            unit.series.append(series)
            unit.cells += rows(of: series)
            if unit.cells >= Self.cellsPerUnit || unit.series.count >= Self.seriesPerUnit {
                units.append(unit)
            } else {
                open[key] = unit
            }
        }
        units += open.values.sorted { $0.series[0] < $1.series[0] }
    }
}
