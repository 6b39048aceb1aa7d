/// Text as Go's `strconv` writes it, which is what clients of Prometheus compare with.
package enum GoText {
    /// `strconv.Quote`: double quotes, `\n` and friends, `\x..` for bytes that are no UTF-8, `\u....` for
    /// what is not printable.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars { append(scalar, quote: "\"", to: &result) }
        return result + "\""
    }

    /// `strconv.Quote` of bytes that need not be UTF-8.
    package static func quoted(_ bytes: [UInt8]) -> String {
        var result = "\""
        var decoder = UTF8()
        var position = 0
        while position < bytes.count {
            var rest = bytes[position...].prefix(4).makeIterator()
            if case .scalarValue(let scalar) = decoder.decode(&rest) {
                append(scalar, quote: "\"", to: &result)
                position += UTF8.width(scalar)
            } else {
                result += "\\x" + hexadecimal(UInt32(bytes[position]), digits: 2)
                position += 1
            }
            decoder = UTF8()
        }
        return result + "\""
    }

    /// A character in single quotes, as the format `%q` writes a rune.
    package static func quoted(_ scalar: Unicode.Scalar) -> String {
        var result = "'"
        append(scalar, quote: "'", to: &result)
        return result + "'"
    }

    /// A character's number and itself, as the format `%#U` writes it: `U+0063 'c'`.
    package static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let number = "U+" + hexadecimal(scalar.value, digits: 4).uppercased()
        return isPrintable(scalar) ? "\(number) '\(scalar)'" : number
    }

    private static func append(_ scalar: Unicode.Scalar, quote: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case quote, "\\":
            result += "\\"
            result.unicodeScalars.append(scalar)
        case "\u{07}": result += "\\a"
        case "\u{08}": result += "\\b"
        case "\u{0c}": result += "\\f"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\u{0b}": result += "\\v"
        default: appendPlain(scalar, to: &result)
        }
    }

    private static func appendPlain(_ scalar: Unicode.Scalar, to result: inout String) {
        if isPrintable(scalar) {
            result.unicodeScalars.append(scalar)
        } else if scalar.value < 0x80 {
            result += "\\x" + hexadecimal(scalar.value, digits: 2)
        } else if scalar.value < 0x1_0000 {
            result += "\\u" + hexadecimal(scalar.value, digits: 4)
        } else {
            result += "\\U" + hexadecimal(scalar.value, digits: 8)
        }
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }
}
