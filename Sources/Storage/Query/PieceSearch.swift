import Model

/// Goes through blocks for the columns that a selection needs, and tells which series are the same ones.
struct PieceSearch {
    /// Bytes of a series that a block has, while it is looked for and afterwards.
    static let bytesPerSeries =
        2 * MemoryLayout<MergedPlan.Piece>.stride + 4 * MemoryLayout<Int32>.stride
        + MergedNames.bytesPerReference

    private let start: Int64
    private let end: Int64
    private(set) var names: MergedNames
    private(set) var timelines: [MergedPlan.Timeline] = []
    /// Per key the numbers of its timelines.
    private(set) var timelinesOfKey: [UInt64: [Int]] = [:]
    private var pieces: [MergedPlan.Piece] = []
    /// Of each piece the number of its series in the selection.
    private var owners: [Int32] = []

    init(_ head: HeadSelection, start: Int64, end: Int64) {
        self.start = start
        self.end = end
        names = MergedNames(head)
    }

    /// Adds series of a block that may have samples in the range.
    /// - Parameter number: of the block in the plan.
    mutating func add(_ found: [UInt32], of block: BlockReader, number: Int) throws(BlockError) {
        if found.isEmpty { return }
        let references = try names.references(of: found, in: block)
        var cursor = try BlockSeriesCursor(block.index)
        let all = try block.index.timelines()
        // Per number in the block the one in the plan; nil for those out of the range.
        var known: [Int: Int32?] = [:]
        var last: (number: Int, place: Int32?) = (-1, nil)
        pieces.reserveCapacity(pieces.count + found.count)
        owners.reserveCapacity(owners.count + found.count)
        for (series, reference) in zip(found, references) {
            try cursor.move(to: series)
            var owner: Int?
            for column in cursor.columns {
                if column.timeline != last.number {
                    if let place = known[column.timeline] {
                        last = (column.timeline, place)
                    } else {
                        last = (column.timeline, add(try all.timeline(column.timeline), block: number))
                        known[column.timeline] = .some(last.place)
                    }
                }
                guard let timeline = last.place else { continue }
                if owner == nil { owner = try self.number(reference, cursor) }
                guard let owner else { continue }
                pieces.append(.init(timeline: timeline, series: series, offset: column.offset))
                owners.append(Int32(owner))
            }
        }
    }

    /// The timeline's number in the plan; nil when it is out of the range.
    private mutating func add(_ timeline: BlockTimeline, block: Int) -> Int32? {
        if timeline.firstTime > end || timeline.lastTime < start { return nil }
        let place = timelinesOfKey[timeline.key]?.count ?? 0
        timelinesOfKey[timeline.key, default: []].append(timelines.count)
        timelines.append(.init(block: block, timeline: timeline, place: place))
        return Int32(timelines.count - 1)
    }

    private mutating func number(_ reference: UInt32, _ cursor: BlockSeriesCursor) throws(BlockError) -> Int {
        reference == HeadReferences.none ? names.number(of: try cursor.labels()) : names.number(of: reference)
    }

    /// All pieces by series, those of one in the order they were found, and per series where its pieces begin.
    func sorted() -> (pieces: [MergedPlan.Piece], starts: [Int32]) {
        var starts = [Int32](repeating: 0, count: names.count + 1)
        for owner in owners { starts[Int(owner) + 1] += 1 }
        for series in 0..<names.count { starts[series + 1] += starts[series] }
        var next = starts
        var order = [Int32](repeating: 0, count: pieces.count)
        for (piece, owner) in owners.enumerated() {
            order[Int(next[Int(owner)])] = Int32(piece)
            next[Int(owner)] += 1
        }
        return (order.map { pieces[Int($0)] }, starts)
    }
}
