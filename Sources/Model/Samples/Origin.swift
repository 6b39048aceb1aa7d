/// Something that stamps samples together; its samples share timelines. A storage hint only: answers never depend on
/// it.
package struct Origin: Hashable, Sendable {
    /// On-disk numbers.
    package enum Kind: UInt8, Sendable {
        /// A target's samples without timestamps of their own.
        case scraped = 0
        /// A target's samples that came with timestamps.
        case stamped = 1
        /// A target's own series (`up`, `scrape_*`).
        case target = 2
        case rules = 3
        case remote = 4
        case imported = 5
    }

    package var kind: Kind
    /// Stable over restarts: a hash of what identifies the target, rule group or sender.
    package var key: UInt64

    package init(_ kind: Kind, key: UInt64) {
        self.kind = kind
        self.key = key
    }
}
