import Model

extension BlockReader {
    /// What it says of itself.
    var summary: BlockSummary {
        BlockSummary(
            name: meta.name.description, level: meta.level, start: meta.start, end: meta.end, firstTime: meta.firstTime,
            lastTime: meta.lastTime, series: meta.series, timelines: meta.timelines, samples: meta.samples, bytes: size,
            deletions: deletions.count)
    }

    /// What of its series is deleted.
    func deletedRanges() throws(BlockError) -> [BlockSummary.Deletion] {
        if deletions.ranges.isEmpty { return [] }
        var cursor = try BlockSeriesCursor(index)
        var deleted: [BlockSummary.Deletion] = []
        for (series, ranges) in deletions.ranges.sorted(by: { $0.key < $1.key }) {
            try cursor.move(to: series)
            let labels = try cursor.labels()
            deleted += ranges.map { .init(series: labels, range: $0) }
        }
        return deleted
    }
}
