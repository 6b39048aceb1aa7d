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
        if isASCII(bytes) { return writeValid(bytes, to: buffer) }
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
        let plain = plainPrefix(bytes)
        if let source = bytes.baseAddress { UnsafeMutableRawPointer(output).copyMemory(from: source, byteCount: plain) }
        output += plain
        for byte in bytes.dropFirst(plain) {
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

    private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var all: UInt64 = 0
        var place = 0
        while place + 8 <= bytes.count {
            all |= bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            place += 8
        }
        while place < bytes.count {
            all |= UInt64(bytes[place])
            place += 1
        }
        return all & highBits == 0
    }

    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let lowBits: UInt64 = 0x0101_0101_0101_0101

    /// A multiple of eight bytes that stand for themselves.
    private static func plainPrefix(_ bytes: UnsafeRawBufferPointer) -> Int {
        var place = 0
        while place + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let special = below(word, 0x20) | below(word ^ lowBits &* 0x22, 1) | below(word ^ lowBits &* 0x5c, 1)
            if special != 0 { break }
            place += 8
        }
        return place
    }

    /// Not 0 when one of eight bytes is below a bound of at most 128 (Warren, Hacker's Delight, 6-1).
    private static func below(_ word: UInt64, _ bound: UInt64) -> UInt64 {
        (word &- lowBits &* bound) & ~word & highBits
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
