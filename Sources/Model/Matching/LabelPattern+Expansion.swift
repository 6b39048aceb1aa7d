extension LabelPattern {
    /// The template with the groups of this pattern's match put in (Go's `Regexp.ExpandString`: `$1`,
    /// `${1}`, `$name`, `${name}`, `$$`); nil when the whole text does not match. Groups that do not exist
    /// or took no part are empty.
    package func expand(_ template: String, in text: String) -> String? {
        var text = text
        return text.withUTF8 { text in
            let bytes = UnsafeRawBufferPointer(text)
            guard matches(bytes) else { return nil }
            let pieces = ExpansionTemplate(template).pieces
            if case .text(let literal)? = pieces.first, pieces.count == 1 { return literal }
            guard let expression, let groups = expression.groups(in: bytes) else { return nil }
            var result = ""
            for piece in pieces {
                switch piece {
                case .text(let literal): result += literal
                case .group(let number): result += Self.group(number, groups, bytes)
                case .named(let name): result += Self.group(expression.groupNumber(name), groups, bytes)
                }
            }
            return result
        }
    }

    private static func group(_ number: Int?, _ groups: [Range<Int>], _ text: UnsafeRawBufferPointer) -> String {
        guard let number, groups.indices.contains(number) else { return "" }
        return String(decoding: text[groups[number]], as: UTF8.self)
    }
}
