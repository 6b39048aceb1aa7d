/// A pattern read as a choice of literals and of literals with gaps. Most patterns in dashboards are one:
/// `a|b|c`, `(GET|POST)`, `node_.*`, `https?`, `[45]xx`, `.+`.
struct PatternChoice {
    private(set) var literals: [[UInt8]] = []
    /// Literals with places for any character (`a.b`), marked with `MaskedLiteralSet.open`.
    private(set) var masked: [[UInt8]] = []
    private(set) var wildcards: [PatternSequence] = []

    /// More alternatives with gaps than this are left to RE2, which tries them all at once.
    private static let mostWildcards = 16

    /// Nil when the pattern is something else, or wrong.
    init?(_ pattern: String) {
        var pattern = pattern
        let alternatives = pattern.withUTF8 { bytes -> [PatternSequence]? in
            var parser = PatternChoiceParser(bytes)
            return parser.parse()
        }
        guard let alternatives else { return nil }
        for alternative in alternatives {
            let isMasked = alternative.prefix.contains(MaskedLiteralSet.open)
            if alternative.parts.isEmpty, isMasked {
                masked.append(alternative.prefix)
            } else if alternative.parts.isEmpty {
                literals.append(alternative.prefix)
            } else if isMasked || alternative.parts.contains(where: { $0.literal.contains(MaskedLiteralSet.open) }) {
                return nil
            } else if wildcards.count < Self.mostWildcards {
                wildcards.append(alternative)
            } else {
                return nil
            }
        }
    }
}

/// One alternative: a literal and then gaps with literals behind them.
struct PatternSequence {
    struct Part {
        /// Bytes that the gap before the literal takes at least: 0 or 1.
        let gap: Int
        let literal: [UInt8]
    }

    var prefix: [UInt8] = []
    var parts: [Part] = []

    /// Bytes of the shortest text that matches.
    var shortest: Int { parts.reduce(prefix.count) { $0 + $1.gap + $1.literal.count } }

    /// `.*` and nothing else.
    var matchesEverything: Bool { shortest == 0 && parts.count == 1 }

    /// This and then `other`; nil when two gaps meet that no single gap stands for (`.+.+`).
    func followed(by other: PatternSequence) -> PatternSequence? {
        var result = self
        guard let last = parts.last else {
            result.prefix += other.prefix
            result.parts = other.parts
            return result
        }
        result.parts[parts.count - 1] = .init(gap: last.gap, literal: last.literal + other.prefix)
        if let next = other.parts.first, let end = result.parts.last, end.literal.isEmpty {
            if end.gap + next.gap > 1 { return nil }
            result.parts[parts.count - 1] = .init(gap: end.gap + next.gap, literal: next.literal)
            result.parts += other.parts.dropFirst()
        } else {
            result.parts += other.parts
        }
        return result
    }
}
