import Model
import Platform

extension StoppedStore {
    /// What blocks there are, to compare with a list of them. Of damaged ones only the names.
    package func blockListing() throws(FileError) -> BlockListing {
        let names = try blockNames()
        var listing = BlockListing(names: names.map(\.description))
        for name in names {
            guard let block = openBlock(name).block, let deleted = try? block.deletedRanges() else { continue }
            listing.blocks.append(block.summary)
            listing.deletions[name.description] = deleted
        }
        return listing
    }
}
