import Platform

/// Strings as JSON.
package enum JSONText {
    /// Quoted; control characters, quotes and backslashes escaped.
    package static func write(_ text: String, to buffer: ByteBuffer) {
        var text = text
        text.withUTF8 { writeValid(UnsafeRawBufferPointer($0), to: buffer) }
    }

    /// The same for bytes from outside: what is no UTF-8 becomes U+FFFD.
    package static func write(_ bytes: UnsafeRawBufferPointer, to buffer: ByteBuffer) {
        // Nearly all labels are ASCII, which needs no check.
        if bytes.allSatisfy({ $0 < 0x80 }) { return writeValid(bytes, to: buffer) }
        write(String(decoding: bytes, as: UTF8.self), to: buffer)
    }

    private static func writeValid(_ bytes: UnsafeRawBufferPointer, to buffer: ByteBuffer) {
        // The longest escape is \u001f: six bytes for one.
        let start = buffer.reserve(bytes.count * 6 + 2).assumingMemoryBound(to: UInt8.self)
        var output = start
        func put(_ byte: UInt8) {
            output.pointee = byte
            output += 1
        }
        put(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                put(UInt8(ascii: "\\"))
                put(byte)
            case 0..<0x20:
                put(UInt8(ascii: "\\"))
                if let letter = shortEscape(byte) {
                    put(letter)
                } else {
                    for character in "u00".utf8 { put(character) }
                    put(UInt8(ascii: "0") + byte >> 4)
                    put(hexadecimalDigit(byte & 15))
                }
            default: put(byte)
            }
        }
        put(UInt8(ascii: "\""))
        buffer.commit(output - start)
    }

    private static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x08: return UInt8(ascii: "b")
        case 0x09: return UInt8(ascii: "t")
        case 0x0a: return UInt8(ascii: "n")
        case 0x0c: return UInt8(ascii: "f")
        case 0x0d: return UInt8(ascii: "r")
        default: return nil
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
