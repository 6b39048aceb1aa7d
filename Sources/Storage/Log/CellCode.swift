import Platform

/// How the journal writes one cell as the difference to the cell before it in the column, the base (zero when there is
/// none, or when it is absent or a stale marker). docs/format/journal.md has the table.
///
/// Low bit 0: a varint whose upper bits are the zigzag difference of two integers. Low bit 1: a byte with the number of
/// bytes less one (3 bits) and of zero bytes below them (3 bits), then those bytes of base XOR cell. The two impossible
/// combinations stand for absent and stale.
enum CellCode {
    static let maximumLength = Varint.maximumLength
    private static let absent: UInt8 = 0x7F
    private static let stale: UInt8 = 0x6F
    /// Integers below this are exact in a double.
    private static let integerLimit = 9_007_199_254_740_992.0

    @inline(__always)
    static func base(_ bits: UInt64) -> UInt64 { bits == Cell.absent || bits == Cell.stale ? 0 : bits }

    /// Writes the cell and returns the number of bytes; there is room for `maximumLength`.
    @inline(__always)
    static func encode(_ bits: UInt64, base: UInt64, to output: UnsafeMutableRawPointer) -> Int {
        let value = Double(bitPattern: bits)
        let before = Double(bitPattern: base)
        if value.magnitude < integerLimit && before.magnitude < integerLimit {
            let start = Int64(before)
            let difference = Int64(value) &- start
            if Double(start &+ difference).bitPattern == bits {
                return encodeVarint(Varint.zigzag(difference) &<< 1, to: output)
            }
        }
        return encodeBytes(bits, base: base, to: output)
    }

    /// All bytes of a varint in one word, whatever their number: no branch to guess wrong.
    @inline(__always)
    private static func encodeVarint(_ value: UInt64, to output: UnsafeMutableRawPointer) -> Int {
        if value >> 56 != 0 { return Varint.encode(value, to: output) }
        let length = Varint.length(value)
        var word = value & 0x0000_0000_0FFF_FFFF | (value & 0x00FF_FFFF_F000_0000) &<< 4
        word = word & 0x0000_3FFF_0000_3FFF | (word & 0x0FFF_C000_0FFF_C000) &<< 2
        word = word & 0x007F_007F_007F_007F | (word & 0x3F80_3F80_3F80_3F80) &<< 1
        word |= 0x8080_8080_8080_8080 & (1 &<< UInt64(8 &* (length &- 1)) &- 1)
        output.storeBytes(of: word.littleEndian, as: UInt64.self)
        return length
    }

    private static func encodeBytes(_ bits: UInt64, base: UInt64, to output: UnsafeMutableRawPointer) -> Int {
        if bits == Cell.absent || bits == Cell.stale {
            output.storeBytes(of: bits == Cell.absent ? absent : stale, as: UInt8.self)
            return 1
        }
        let difference = bits ^ base
        let low = min(difference.trailingZeroBitCount / 8, 7)
        let length = max(8 - difference.leadingZeroBitCount / 8 - low, 1)
        output.storeBytes(of: UInt8(1 | (length - 1) << 1 | low << 4), as: UInt8.self)
        output.storeBytes(of: (difference >> UInt64(8 * low)).littleEndian, toByteOffset: 1, as: UInt64.self)
        return 1 + length
    }

    /// Reads a cell and moves the cursor behind it; nil when the bytes before `end` hold none.
    @inline(__always)
    static func decode(_ cursor: inout UnsafeRawPointer, end: UnsafeRawPointer, base: UInt64) -> UInt64? {
        // Far from the end a code is taken out of one word, whatever its length: no branch to guess wrong.
        if end - cursor <= MemoryLayout<UInt64>.size { return decodeBytes(&cursor, end: end, base: base) }
        let tag = cursor.load(as: UInt8.self)
        if tag & 1 == 0 {
            let word = UInt64(littleEndian: cursor.loadUnaligned(as: UInt64.self))
            guard let (code, length) = Varint.first(in: word) else {
                return decodeBytes(&cursor, end: end, base: base)
            }
            guard let bits = sum(base, code) else { return nil }
            cursor += length
            return bits
        }
        let length = tag >> 1 & 7 + 1
        let low = tag >> 4
        if length &+ low > 8 { return special(&cursor) }
        let word = UInt64(littleEndian: cursor.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        cursor += 1 &+ Int(length)
        return base ^ (word & (UInt64.max &>> (64 &- UInt64(length) &* 8))) &<< (UInt64(low) &* 8)
    }

    /// Moves the cursor behind some cells; false when the bytes before `end` do not hold so many.
    static func skip(_ count: Int, _ cursor: inout UnsafeRawPointer, end: UnsafeRawPointer) -> Bool {
        for _ in 0..<count where decode(&cursor, end: end, base: 0) == nil { return false }
        return true
    }

    /// The base and the difference that a code stands for; nil when the base is no integer that one is made to.
    @inline(__always)
    private static func sum(_ base: UInt64, _ code: UInt64) -> UInt64? {
        let before = Double(bitPattern: base)
        guard before.magnitude < integerLimit else { return nil }
        return Double(Int64(before) &+ Varint.unzigzag(code &>> 1)).bitPattern
    }

    /// Absent or stale.
    private static func special(_ cursor: inout UnsafeRawPointer) -> UInt64? {
        let tag = cursor.load(as: UInt8.self)
        guard tag == absent || tag == stale else { return nil }
        cursor += 1
        return tag == absent ? Cell.absent : Cell.stale
    }

    /// The same near the end.
    private static func decodeBytes(
        _ cursor: inout UnsafeRawPointer, end: UnsafeRawPointer, base: UInt64
    ) -> UInt64? {
        guard cursor < end else { return nil }
        let tag = cursor.load(as: UInt8.self)
        if tag & 1 == 0 {
            var behind = cursor
            guard let code = Varint.decode(&behind, end: end), let bits = sum(base, code) else { return nil }
            cursor = behind
            return bits
        }
        let length = Int(tag >> 1 & 7) + 1
        let low = Int(tag >> 4)
        if length + low > 8 { return special(&cursor) }
        guard end - cursor > length else { return nil }
        var difference: UInt64 = 0
        for byte in 0..<length {
            difference |= UInt64(cursor.load(fromByteOffset: 1 + byte, as: UInt8.self)) << UInt64(8 * (byte + low))
        }
        cursor += 1 + length
        return base ^ difference
    }
}
