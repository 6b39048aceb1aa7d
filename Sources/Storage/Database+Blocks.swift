import Model
import Telemetry

extension Database {
    /// The blocks there are, by the start of their time.
    package var blockSummaries: [BlockSummary] {
        blocks.all.map(\.summary).sorted { ($0.start, $0.name) < ($1.start, $1.name) }
    }

    /// What is deleted in a block; nothing when it is gone or cannot be read.
    package func deletions(inBlock name: String) -> [BlockSummary.Deletion] {
        guard let block = blocks.all.first(where: { $0.meta.name.description == name }) else { return [] }
        do throws(BlockError) { return try block.deletedRanges() } catch {
            logger.error("Cannot list deleted series", ["error": error.description])
            return []
        }
    }
}
