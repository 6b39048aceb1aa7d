import Synchronization

/// A fully anchored regular expression (RE2's and Go's syntax; `.` matches newline) over valid UTF-8.
///
/// Most patterns that people write are choices of literals with `.*` and `.+` between them. Those are
/// compared as bytes; RE2 is asked about all others. Thread safe.
package final class LabelPattern: Sendable {
    private enum Method {
        case literals(LiteralTable)
        case choice(LiteralTable, WildcardSet)
        case expression(RegularExpression)
    }

    private let text: String
    private let method: Method
    private let compiled = Mutex<RegularExpression?>(nil)

    /// The texts that match, each once, when the pattern is nothing but a choice of literals.
    package let literalSet: [String]?

    /// True when every text matches.
    package let matchesEverything: Bool

    package init(_ text: String) throws(PatternError) {
        self.text = text
        guard let choice = PatternChoice(text) else {
            method = .expression(try RegularExpression(text))
            literalSet = nil
            matchesEverything = false
            return
        }
        let table = LiteralTable(choice.literals)
        matchesEverything = choice.wildcards.contains { $0.matchesEverything }
        literalSet = choice.wildcards.isEmpty ? table.strings : nil
        method = choice.wildcards.isEmpty ? .literals(table) : .choice(table, WildcardSet(choice.wildcards))
    }

    /// True when the whole text matches.
    package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        switch method {
        case .literals(let table): return table.contains(text)
        case .choice(let table, let wildcards):
            return wildcards.matches(text) || table.contains(text)
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
