/// Reads JSON (RFC 8259). Of members with the same name the last one counts.
package struct JSONReader {
    /// Where the text is no JSON.
    package struct Problem: Error {
        package var offset: Int
    }

    private static let maximumDepth = 128

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// One value, with nothing but blanks around it.
    package static func read(_ bytes: [UInt8]) throws(Problem) -> JSONValue {
        let result = bytes.withUnsafeBytes { buffer -> Result<JSONValue, Problem> in
            var reader = JSONReader(bytes: buffer)
            do throws(Problem) {
                let value = try reader.value(depth: 0)
                reader.skipBlanks()
                if reader.position < buffer.count { throw Problem(offset: reader.position) }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ text: StaticString) throws(Problem) {
        for index in 0..<text.utf8CodeUnitCount where !take(text.utf8Start[index]) {
            throw Problem(offset: position)
        }
    }

    private mutating func value(depth: Int) throws(Problem) -> JSONValue {
        skipBlanks()
        guard let first = next, depth < Self.maximumDepth else { throw Problem(offset: position) }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try expect("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Problem) -> JSONValue {
        position += 1
        var members: [String: JSONValue] = [:]
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipBlanks()
            let name = try string()
            skipBlanks()
            try expect(":")
            members[name] = try value(depth: depth + 1)
            skipBlanks()
        } while take(UInt8(ascii: ","))
        try expect("}")
        return .object(members)
    }

    private mutating func array(depth: Int) throws(Problem) -> JSONValue {
        position += 1
        var items: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array(items) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        try expect("]")
        return .array(items)
    }

    private mutating func number() throws(Problem) -> JSONValue {
        let start = position
        while let byte = next, Self.isNumberByte(byte) { position += 1 }
        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
        guard let first = text.first, first != UInt8(ascii: "+"), let value = FloatText.parse(text) else {
            throw Problem(offset: start)
        }
        return .number(value)
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            return true
        default: return false
        }
    }

    private mutating func string() throws(Problem) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw Problem(offset: position - 1)
            default: text.append(byte)
            }
        }
        throw Problem(offset: position)
    }

    /// What stands behind a backslash, as UTF-8.
    private mutating func escape() throws(Problem) -> [UInt8] {
        guard let letter = next else { throw Problem(offset: position) }
        position += 1
        switch letter {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "u"): return try codePoint()
        default: throw Problem(offset: position - 1)
        }
    }

    /// Four hexadecimal digits, or two such escapes for a character outside the basic plane; a lone half is U+FFFD.
    private mutating func codePoint() throws(Problem) -> [UInt8] {
        var code = try fourDigits()
        if code >> 10 == 0xd800 >> 10, position + 6 <= bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            let back = position
            position += 2
            let low = try fourDigits()
            if low >> 10 == 0xdc00 >> 10 {
                code = 0x10000 + (code & 0x3ff) << 10 + (low & 0x3ff)
            } else {
                position = back
            }
        }
        return Array(String(UnicodeScalar(code) ?? "\u{fffd}").utf8)
    }

    private mutating func fourDigits() throws(Problem) -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw Problem(offset: position) }
        position += 4
        return code
    }
}
