extension GoText {
    /// The content of a quoted text with its quotes: `"…"` and `'…'` with Go's escapes, `` `…` `` without
    /// any. Bytes, since escapes may make invalid UTF-8. Nil when it is not such a text.
    package static func unquoted(_ text: some Collection<UInt8>) -> [UInt8]? {
        let text = Array(text)
        guard text.count >= 2, let quote = text.first, quote == text.last else { return nil }
        let content = text[1..<text.count - 1]
        switch quote {
        case UInt8(ascii: "`"): return content.contains(quote) ? nil : Array(content)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return unescaped(content, quote: quote)
        default: return nil
        }
    }

    private static func unescaped(_ content: ArraySlice<UInt8>, quote: UInt8) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var rest = content
        while let byte = rest.popFirst() {
            if byte == quote || byte == UInt8(ascii: "\n") { return nil }
            if byte != UInt8(ascii: "\\") {
                result.append(byte)
            } else if !appendEscaped(&rest, quote: quote, to: &result) {
                return nil
            }
        }
        return result
    }

    /// Takes the escape behind a backslash off `rest`; false when there is no such escape.
    private static func appendEscaped(_ rest: inout ArraySlice<UInt8>, quote: UInt8, to result: inout [UInt8]) -> Bool {
        guard let byte = rest.popFirst() else { return false }
        switch byte {
        case UInt8(ascii: "a"): result.append(0x07)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0c)
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "v"): result.append(0x0b)
        case UInt8(ascii: "\\"), quote: result.append(byte)
        case UInt8(ascii: "x"):
            guard let value = number(&rest, digits: 2, radix: 16) else { return false }
            result.append(UInt8(value))
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            rest = [byte] + rest
            guard let value = number(&rest, digits: 3, radix: 8), value <= 255 else { return false }
            result.append(UInt8(value))
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = byte == UInt8(ascii: "u") ? 4 : 8
            guard let value = number(&rest, digits: digits, radix: 16), let scalar = Unicode.Scalar(value) else {
                return false
            }
            result.append(contentsOf: String(scalar).utf8)
        default: return false
        }
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int, radix: Int) -> UInt32? {
        guard rest.count >= digits else { return nil }
        let text = String(decoding: rest.prefix(digits), as: UTF8.self)
        rest = rest.dropFirst(digits)
        return text.hasPrefix("+") || text.hasPrefix("-") ? nil : UInt32(text, radix: radix)
    }
}
