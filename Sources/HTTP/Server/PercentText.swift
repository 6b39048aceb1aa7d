/// Percent escapes of URLs (RFC 3986, section 2.1).
package enum PercentText {
    /// Escapes that are none stay as they are; bytes that are no UTF-8 become U+FFFD.
    package static func decode(_ text: some Sequence<UInt8>, plusIsBlank: Bool) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.underestimatedCount)
        // Where the escape that is being read began; nil outside of one.
        var escape: Int?
        for byte in text {
            bytes.append(plusIsBlank && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            if byte == UInt8(ascii: "%") {
                escape = bytes.count - 1
            } else if let start = escape, bytes.count - start == 3 {
                if let high = digit(bytes[start + 1]), let low = digit(bytes[start + 2]) {
                    bytes.removeLast(3)
                    bytes.append(high << 4 | low)
                }
                escape = nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Escapes everything but letters, digits and `-._~`.
    package static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return byte - UInt8(ascii: "A") + 10
        default: return nil
        }
    }
}
