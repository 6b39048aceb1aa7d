/// `$NAME` and `${NAME}` in external label values, by the rules of Go's `os.Expand`; `$$` is a dollar sign.
struct VariableExpansion {
    var environment: (String) -> String?
    /// Names that had no value, in order of appearance.
    private(set) var unset: [String] = []

    init(environment: @escaping (String) -> String?) { self.environment = environment }

    mutating func expand(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            result += reference(&rest)
        }
        return result + rest
    }

    /// What stands behind a dollar sign, which is consumed.
    private mutating func reference(_ rest: inout Substring) -> String {
        guard let first = rest.first else { return "$" }
        if first == "{" {
            guard let end = rest.firstIndex(of: "}") else {
                // No closing brace: Go drops the two characters.
                rest = rest.dropFirst()
                return ""
            }
            let name = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            return name.isEmpty ? "" : value(of: String(name))
        }
        if first == "$" || Self.isSpecial(first) {
            rest = rest.dropFirst()
            return first == "$" ? "$" : value(of: String(first))
        }
        let name = rest.prefix { Self.isNameCharacter($0) }
        if name.isEmpty { return "$" }
        rest = rest.dropFirst(name.count)
        return value(of: String(name))
    }

    private mutating func value(of name: String) -> String {
        if name == "$" { return "$" }
        if let value = environment(name), !value.isEmpty { return value }
        if !unset.contains(name) { unset.append(name) }
        return ""
    }

    /// One-character names of the shell.
    private static func isSpecial(_ character: Character) -> Bool { "*#@!?-0123456789".contains(character) }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character == "_" || (character.isASCII && (character.isLetter || character.isNumber))
    }
}
