import Model
import Platform

/// What some blocks hold together, by timelines.
struct CompactionInput {
    private static let seriesPerQuestion = 1024

    /// Of all series, ascending; their numbers in the new block are the indices.
    private(set) var labels: [Labels] = []
    private var parts: [[Int: TimelineOfBlock]]
    private let deletions: [BlockDeletions]
    private let blocks: [BlockReader]
    private let unreadable: Set<BlockVerification.Place>

    /// - Parameters:
    ///   - blocks: oldest first: of several samples with one time the first one's stays.
    ///   - floors: what is no longer kept is left out.
    ///   - unreadable: columns that are left out.
    ///   - isStopping: asked now and then; true ends the work with `CompactionStopped`.
    init(
        _ blocks: [BlockReader], _ floors: RetentionFloors? = nil,
        without unreadable: Set<BlockVerification.Place> = [],
        isStopping: () -> Bool = { false }
    ) throws {
        self.blocks = blocks
        self.unreadable = unreadable
        deletions = blocks.map(\.deletions)
        parts = Array(repeating: [:], count: blocks.count)
        var readers: [LabelReader] = []
        for block in blocks { readers.append(try LabelReader(block)) }
        // Each block has its series in order: the least of the next ones is the next of all.
        while let least = readers.compactMap(\.labels).min() {
            if labels.count % Self.seriesPerQuestion == 0, isStopping() { throw CompactionStopped() }
            let number = UInt32(labels.count)
            labels.append(least)
            let expired = floors?.gone(of: least)
            for index in readers.indices where readers[index].labels == least {
                let deleted = deletions[index][readers[index].number]
                try add(readers[index].columns, of: number, block: index, expired.map { deleted + [$0] } ?? deleted)
                try readers[index].advance()
            }
        }
    }

    private mutating func add(
        _ columns: [BlockColumn], of series: UInt32, block: Int, _ deleted: [ClosedRange<Int64>]
    ) throws(BlockError) {
        for column in columns {
            if unreadable.contains(.init(timeline: column.timeline, offset: column.offset)) { continue }
            let timeline: TimelineOfBlock
            if let known = parts[block][column.timeline] {
                timeline = known
            } else {
                timeline = TimelineOfBlock(
                    blocks[block], try blocks[block].index.timelines().timeline(column.timeline))
                parts[block][column.timeline] = timeline
            }
            timeline.columns.append((series, column))
            if !deleted.isEmpty { timeline.deleted[series] = deleted }
        }
    }

    /// Timelines of equal key are put one behind the other where they do not overlap.
    func timelines() throws -> [AssemblyTimeline] {
        var byKey: [UInt64: [Aged]] = [:]
        var order: [UInt64] = []
        for (age, part) in parts.enumerated() {
            for (_, timeline) in part.sorted(by: { $0.key < $1.key }) {
                let key = timeline.timeline.key
                if byKey[key] == nil { order.append(key) }
                byKey[key, default: []].append((timeline, age))
            }
        }
        var timelines: [AssemblyTimeline] = []
        for key in order {
            for run in Self.runs(byKey[key] ?? []) {
                timelines.append(
                    try AssemblyTimeline(
                        key: key, origin: run[0].timeline.timeline.origin,
                        sources: run.map { (.block($0.timeline), $0.age) }))
            }
        }
        return timelines
    }

    private typealias Aged = (timeline: TimelineOfBlock, age: Int)

    private static func runs(_ timelines: [Aged]) -> [[Aged]] {
        var runs: [[Aged]] = []
        for next in timelines.sorted(by: { $0.timeline.timeline.firstTime < $1.timeline.timeline.firstTime }) {
            let timeline = next.timeline.timeline
            let place = runs.firstIndex { run in
                guard let last = run.last?.timeline.timeline else { return false }
                return last.origin == timeline.origin && last.lastTime < timeline.firstTime
            }
            if let place { runs[place].append(next) } else { runs.append([next]) }
        }
        return runs
    }
}

/// Goes through the series of a block.
private struct LabelReader {
    private let block: BlockReader
    private var cursor: BlockSeriesCursor
    private var next: UInt32 = 0
    /// Of the present series; nil at the end.
    private(set) var labels: Labels?

    init(_ block: BlockReader) throws(BlockError) {
        self.block = block
        cursor = try BlockSeriesCursor(block.index)
        try advance()
    }

    var columns: [BlockColumn] { cursor.columns }
    /// Of the present series.
    var number: UInt32 { next - 1 }

    mutating func advance() throws(BlockError) {
        if Int(next) >= block.meta.series {
            labels = nil
            return
        }
        try cursor.move(to: next)
        labels = try cursor.labels()
        next += 1
    }
}
