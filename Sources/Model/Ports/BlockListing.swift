/// The blocks of a store that nobody has opened.
package struct BlockListing: Sendable {
    /// Of all blocks, oldest first.
    package var names: [String]
    /// Those that can be opened.
    package var blocks: [BlockSummary]
    /// What is deleted in these, by their names.
    package var deletions: [String: [BlockSummary.Deletion]]

    package init(names: [String], blocks: [BlockSummary] = [], deletions: [String: [BlockSummary.Deletion]] = [:]) {
        self.names = names
        self.blocks = blocks
        self.deletions = deletions
    }
}
