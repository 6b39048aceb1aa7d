import Model
import Platform
import Testing

/// Strings as JSON, whatever lies where in the words of eight bytes that are looked at together.
struct JSONTextTests {
    private func written(_ bytes: [UInt8]) -> String {
        let buffer = ByteBuffer()
        bytes.withUnsafeBytes { JSONText.write($0, to: buffer) }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    private func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0a: "\\n"
        case 0x0c: "\\f"
        case 0x0d: "\\r"
        case 0..<0x20: "\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        case 0x80...: "\u{fffd}"
        default: String(UnicodeScalar(byte))
        }
    }

    @Test func everyByteAtEveryPlace() {
        for byte in UInt8.min...UInt8.max {
            for length in 1..<20 {
                for place in 0..<length {
                    var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    bytes[place] = byte
                    let expected = bytes.map(escaped).joined()
                    #expect(written(bytes) == "\"\(expected)\"", "byte \(byte) at \(place) of \(length)")
                }
            }
        }
    }

    @Test func otherAlphabetsStay() {
        for text in ["", "Mauersegler über Köln", "雨燕", "swift 🐦 \"apus\"", "1234567ü"] {
            let buffer = ByteBuffer()
            JSONText.write(text, to: buffer)
            #expect(String(decoding: buffer.bytes, as: UTF8.self) == written(Array(text.utf8)))
            #expect(written(Array(text.utf8)) == "\"" + text.replacing("\"", with: "\\\"") + "\"")
        }
    }
}
