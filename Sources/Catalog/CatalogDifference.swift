/// Where the catalog of a data directory says something else than its blocks.
package enum CatalogDifference: Sendable, Equatable, CustomStringConvertible {
    /// It lists a block that is not there.
    case missing(String)
    /// It does not list a block that is there.
    case unlisted(String)
    /// It describes a block otherwise than the block itself.
    case description(String)
    /// It lists other deletions than the block.
    case deletions(String)

    /// The name of the block.
    var block: String {
        switch self {
        case .missing(let block), .unlisted(let block), .description(let block), .deletions(let block): block
        }
    }

    package var description: String {
        switch self {
        case .missing(let block): "it lists block \(block), which is not there"
        case .unlisted(let block): "it does not list block \(block)"
        case .description(let block): "it describes block \(block) otherwise than the block itself"
        case .deletions(let block): "it lists other deletions in block \(block) than the block itself"
        }
    }
}
