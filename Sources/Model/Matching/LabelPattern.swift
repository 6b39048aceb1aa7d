import Synchronization

/// A fully anchored regular expression (RE2's and Go's syntax; `.` matches newline) over valid UTF-8.
///
/// Most patterns that people write are choices of literals with `.`, `.*` and `.+` between them. Those are
/// compared as bytes; RE2 is asked about all others. Thread safe.
package final class LabelPattern: Sendable {
    private enum Method {
        case literals(LiteralTable)
        case choice(LiteralTable, MaskedLiteralSet?, WildcardSet)
        case expression(RegularExpression)
    }

    private let text: String
    private let method: Method
    private let compiled = Mutex<RegularExpression?>(nil)

    /// The texts that match, each once, when the pattern is nothing but a choice of literals.
    package let literalSet: [String]?

    /// True when every text matches.
    package let matchesEverything: Bool

    /// Memory that the pattern takes, or may take while it is used.
    package let byteCount: Int

    package init(_ text: String) throws(PatternError) {
        self.text = text
        let choice = PatternChoice(text)
        let masked = choice.flatMap { $0.masked.isEmpty ? nil : MaskedLiteralSet($0.masked) }
        guard let choice, choice.masked.isEmpty || masked != nil else {
            let expression = try RegularExpression(text)
            method = .expression(expression)
            literalSet = nil
            matchesEverything = false
            byteCount = expression.byteCount
            return
        }
        let table = LiteralTable(choice.literals)
        matchesEverything = choice.wildcards.contains { $0.matchesEverything }
        let isPlain = choice.wildcards.isEmpty && masked == nil
        literalSet = isPlain ? table.strings : nil
        method = isPlain ? .literals(table) : .choice(table, masked, WildcardSet(choice.wildcards))
        // The strings of the set are as long as the table.
        byteCount = 2 * table.byteCount + (masked?.byteCount ?? 0) + text.utf8.count
    }

    /// True when the whole text matches.
    package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        switch method {
        case .literals(let table): return table.contains(text)
        case .choice(let table, let masked, let wildcards):
            return wildcards.matches(text) || table.contains(text) || masked?.contains(text) ?? false
        case .expression(let expression): return expression.matches(text)
        }
    }

    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// RE2's program, for groups; nil only if RE2 refuses what was read as a choice of literals (too large).
    var expression: RegularExpression? {
        if case .expression(let expression) = method { return expression }
        return compiled.withLock { compiled in
            if compiled == nil { compiled = try? RegularExpression(text) }
            return compiled
        }
    }
}
