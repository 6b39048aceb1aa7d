import CRE2

extension LabelPattern {
    /// The template with the groups of this pattern's match put in (Go's `Regexp.ExpandString`: `$1`,
    /// `${1}`, `$name`, `${name}`, `$$`); nil when the whole text does not match. Groups that do not exist
    /// or took no part are empty.
    package func replacement(for text: String, template: String) -> String? {
        var text = text
        return text.withUTF8 { text in
            var ranges = [CRE2Range](repeating: CRE2Range(offset: -1, length: 0), count: 1 + groupCount)
            let bytes = UnsafeRawBufferPointer(text)
            guard match(bytes, &ranges) else { return nil }
            var result = ""
            for piece in ReplacementTemplate(template).pieces {
                switch piece {
                case .text(let literal): result += literal
                case .group(let number): result += Self.group(number, ranges, bytes)
                case .named(let name): result += Self.group(groupNumber(name), ranges, bytes)
                }
            }
            return result
        }
    }

    private static func group(_ number: Int, _ ranges: [CRE2Range], _ text: UnsafeRawBufferPointer) -> String {
        guard ranges.indices.contains(number), ranges[number].offset >= 0 else { return "" }
        let start = ranges[number].offset
        return String(decoding: text[start..<start + ranges[number].length], as: UTF8.self)
    }
}
