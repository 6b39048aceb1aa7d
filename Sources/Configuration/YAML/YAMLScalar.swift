import Model

/// A scalar before it is known what type its reader wants.
struct YAMLScalar: Sendable {
    /// The text; after `!!binary` any bytes, else UTF-8.
    var bytes: [UInt8]
    /// Written without quotes and without a tag, so that words like `null` and `yes` have their YAML meaning.
    var isPlain: Bool

    var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

    /// The text; invalid UTF-8 is repaired.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text, nil when it is no UTF-8.
    var validText: String? { String(validating: bytes, as: UTF8.self) }

    /// YAML 1.1's words for true and false, nil for anything else.
    var boolean: Bool? {
        if !isPlain { return nil }
        switch text {
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return true
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return false
        default: return nil
        }
    }
}

/// Bytes as Go's `%q` prints them.
enum GoScalar {
    static func quoted(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return GoText.quoted(text) }
        let escaped = bytes.map { byte in
            byte < 0x80
                ? String(GoText.quoted(String(UnicodeScalar(byte))).dropFirst().dropLast())
                : "\\x" + String(byte, radix: 16)
        }
        return "\"" + escaped.joined() + "\""
    }
}

/// RFC 4648 base64 with padding; white space is skipped.
enum Base64 {
    /// Nil when the text is not base64.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var digits = 0
        var padding = 0
        for byte in text where byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09 {
            if byte == UInt8(ascii: "=") {
                padding += 1
                digits += 1
                bits <<= 6
            } else {
                guard padding == 0, let value = digit(byte) else { return nil }
                digits += 1
                bits = bits << 6 | value
            }
            if digits % 4 == 0 {
                guard padding <= 2 else { return nil }
                let group = [
                    UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                    UInt8(truncatingIfNeeded: bits),
                ]
                result += group.dropLast(padding)
                bits = 0
            }
        }
        return digits % 4 == 0 ? result : nil
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): return UInt32(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return UInt32(byte) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt32(byte) - 48 + 52
        case UInt8(ascii: "+"): return 62
        case UInt8(ascii: "/"): return 63
        default: return nil
        }
    }
}
