import Model

/// The columns that a selection needs of one block, and their timelines.
struct BlockPieces {
    let block: BlockReader
    /// By their numbers in the block.
    private(set) var timelines: [Int: BlockTimeline] = [:]
    /// Ascending by series number of the block.
    private(set) var series: [(labels: Labels, columns: [BlockColumn], deleted: [ClosedRange<Int64>])] = []

    /// Finds what matches and may have samples in the range.
    init(_ block: BlockReader, _ matchers: [LabelMatcher], start: Int64, end: Int64) throws(BlockError) {
        self.block = block
        let found = try block.select(matchers)
        if found.isEmpty { return }
        let deletions = block.deletions
        var cursor = try BlockSeriesCursor(block.index)
        let all = try block.index.timelines()
        for number in found {
            try cursor.move(to: number)
            var columns: [BlockColumn] = []
            for column in cursor.columns {
                if timelines[column.timeline] == nil {
                    timelines[column.timeline] = try all.timeline(column.timeline)
                }
                guard let timeline = timelines[column.timeline], timeline.firstTime <= end, timeline.lastTime >= start
                else { continue }
                columns.append(column)
            }
            if !columns.isEmpty { series.append((try cursor.labels(), columns, deletions[number])) }
        }
    }
}
