import Model

/// What a target's last page looked like, line by line, without its text: 16 bytes a line. A line that
/// begins as the one at the same place last time needs only its value read.
package struct LineCache: Sendable {
    var lines: [CachedLine] = []

    package init() {}

    package var isEmpty: Bool { lines.isEmpty }
}

/// A line, or a run of comment lines about one metric family.
///
/// A sample's line is known by its beginning up to the value; comments are known whole, their line ends
/// included.
struct CachedLine {
    enum Kind: UInt32 {
        /// Stamped by the scrape.
        case sample = 0
        /// With a timestamp of its own that counts.
        case stamped = 1
        /// Comments without a TYPE line.
        case comment = 2
        /// Comments whose last TYPE line says neither histogram nor summary, histogram, or summary.
        case otherType = 3
        case histogramType = 4
        case summaryType = 5
    }

    /// Seeded hash of the bytes; the seed of a sample's line depends on the type in force, which changes
    /// what `le` and `quantile` mean.
    var hash: UInt64
    /// Length in bytes times 8, plus the kind.
    private var lengthAndKind: UInt32
    /// The series' reference, or the number of the comments' metadata.
    var reference: UInt32

    /// Longer lines are refused.
    static let longest = Int(UInt32.max >> 3)

    init(hash: UInt64, length: Int, kind: Kind, reference: UInt32) {
        self.hash = hash
        lengthAndKind = UInt32(length) << 3 | kind.rawValue
        self.reference = reference
    }

    var length: Int { Int(lengthAndKind >> 3) }
    var kind: Kind { Kind(rawValue: lengthAndKind & 7) ?? .comment }
    /// A sample's line rather than comments.
    var isSeries: Bool { lengthAndKind & 7 <= Kind.stamped.rawValue }

    /// Stale markers follow this line's series when it is missing from the next page.
    func isTracked(withStamped: Bool) -> Bool {
        (withStamped ? isSeries : lengthAndKind & 7 == 0) && reference != SeriesReference.refused.rawValue
    }
}
