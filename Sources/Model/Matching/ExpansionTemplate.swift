/// The replacement text of `label_replace` and of relabelling rules: Go's `Regexp.Expand` rules. `$1`,
/// `${1}`, `$name` and `${name}` stand for a group, `$$` for a dollar sign; a name is the longest run of
/// letters, digits and `_`; a `$` that begins none of these stands for itself.
struct ExpansionTemplate {
    enum Piece: Equatable {
        case text(String)
        case group(Int)
        case named(String)
    }

    let pieces: [Piece]

    init(_ template: String) {
        var pieces: [Piece] = []
        var text = ""
        var rest = Substring(template)
        while let dollar = rest.unicodeScalars.firstIndex(of: "$") {
            text.unicodeScalars += rest.unicodeScalars[..<dollar]
            rest = rest[rest.unicodeScalars.index(after: dollar)...]
            if rest.unicodeScalars.first == "$" {
                text += "$"
                rest.unicodeScalars.removeFirst()
            } else if let group = Self.takeGroup(&rest) {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(group)
            } else {
                text += "$"
            }
        }
        text += rest
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
    }

    /// Takes `name`, `{name}` or a number from the front.
    private static func takeGroup(_ rest: inout Substring) -> Piece? {
        var scalars = rest.unicodeScalars
        let braced = scalars.first == "{"
        if braced { scalars.removeFirst() }
        let name = scalars.prefix { isWord($0) }
        if name.isEmpty { return nil }
        scalars.removeFirst(name.count)
        if braced {
            guard scalars.first == "}" else { return nil }
            scalars.removeFirst()
        }
        rest = Substring(scalars)
        return number(name).map { .group($0) } ?? .named(String(name))
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return true
        default: return scalar == "_"
        }
    }

    /// Decimal without leading zeros and below a thousand million; anything else is a name.
    private static func number(_ name: Substring.UnicodeScalarView) -> Int? {
        if name.first == "0" && name.count > 1 { return nil }
        var number = 0
        for scalar in name {
            guard ("0"..."9").contains(scalar), number < 100_000_000 else { return nil }
            number = number * 10 + Int(scalar.value - 48)
        }
        return number
    }
}
