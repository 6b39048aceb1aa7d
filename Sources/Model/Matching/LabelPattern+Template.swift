import CRE2

extension LabelPattern {
    /// The template with `$1`, `${1}`, `$name` and `${name}` replaced by what the groups matched; nil when the
    /// pattern does not match the whole text. `$$` is a dollar sign, an unknown group is empty, as in Go's
    /// `Regexp.Expand`.
    package func expand(_ template: String, in text: String) -> String? {
        var text = text
        return text.withUTF8 { expand(template, in: UnsafeRawBufferPointer($0)) }
    }

    private func expand(_ template: String, in text: UnsafeRawBufferPointer) -> String? {
        guard let groups = groups(in: text) else { return nil }
        var result: [UInt8] = []
        let bytes = Array(template.utf8)
        let dollar = UInt8(ascii: "$")
        var position = 0
        while position < bytes.count {
            if bytes[position] != dollar {
                result.append(bytes[position])
                position += 1
            } else if position + 1 < bytes.count, bytes[position + 1] == dollar {
                result.append(dollar)
                position += 2
            } else if let (name, end) = Self.groupName(bytes, position + 1) {
                let number = name.utf8.allSatisfy(Self.isDigit) ? Int(name) ?? -1 : number(of: name)
                if number >= 0, number < groups.count { result.append(contentsOf: groups[number]) }
                position = end
            } else {
                result.append(dollar)
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The whole match and all groups; nil when the text does not match.
    private func groups(in text: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer]? {
        let count = Int(cre2_group_count(handle)) + 1
        var ranges = [CRE2Range](repeating: CRE2Range(offset: -1, length: 0), count: count)
        let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard cre2_full_match_groups(handle, start, text.count, &ranges, Int32(count)) else { return nil }
        return ranges.map { range in
            range.offset < 0
                ? UnsafeRawBufferPointer(start: nil, count: 0)
                : UnsafeRawBufferPointer(rebasing: text[range.offset..<range.offset + range.length])
        }
    }

    private func number(of name: String) -> Int {
        var name = name
        return name.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { Int(cre2_group_named(handle, $0.baseAddress, $0.count)) }
        }
    }

    /// The name behind a dollar sign and the position behind it; nil when there is none.
    private static func groupName(_ bytes: [UInt8], _ start: Int) -> (name: String, end: Int)? {
        let isBraced = start < bytes.count && bytes[start] == UInt8(ascii: "{")
        let first = isBraced ? start + 1 : start
        var end = first
        while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
        if end == first || (isBraced && (end == bytes.count || bytes[end] != UInt8(ascii: "}"))) { return nil }
        return (String(decoding: bytes[first..<end], as: UTF8.self), isBraced ? end + 1 : end)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_")
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }
}
