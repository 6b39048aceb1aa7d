import Model
import Telemetry

extension Database {
    /// The blocks there are, oldest first.
    package var blockSummaries: [BlockSummary] {
        blocks.all.map { block in
            let meta = block.meta
            return BlockSummary(
                name: meta.name.description, level: meta.level, start: meta.start, end: meta.end,
                firstTime: meta.firstTime, lastTime: meta.lastTime, series: meta.series, timelines: meta.timelines,
                samples: meta.samples, bytes: block.size, deletions: block.deletions.count)
        }
    }

    /// What is deleted in a block; nothing when it is gone or cannot be read.
    package func deletions(inBlock name: String) -> [BlockSummary.Deletion] {
        guard let block = blocks.all.first(where: { $0.meta.name.description == name }),
            var cursor = try? BlockSeriesCursor(block.index)
        else { return [] }
        var deletions: [BlockSummary.Deletion] = []
        for (series, ranges) in block.deletions.ranges.sorted(by: { $0.key < $1.key }) {
            do throws(BlockError) {
                try cursor.move(to: series)
                let labels = try cursor.labels()
                deletions += ranges.map { .init(series: labels, range: $0) }
            } catch {
                logger.error("Cannot list deleted series", ["error": error.description])
                return []
            }
        }
        return deletions
    }
}
