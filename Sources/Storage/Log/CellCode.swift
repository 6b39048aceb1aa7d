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
                let code = Varint.zigzag(difference) &<< 1
                if code < 0x80 {
                    output.storeBytes(of: UInt8(truncatingIfNeeded: code), as: UInt8.self)
                    return 1
                }
                return Varint.encode(code, to: output)
            }
        }
        return encodeBytes(bits, base: base, to: output)
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
        guard cursor < end else { return nil }
        let tag = cursor.load(as: UInt8.self)
        if tag & 1 == 0 {
            let before = Double(bitPattern: base)
            guard before.magnitude < integerLimit else { return nil }
            var code = UInt64(tag)
            if tag < 0x80 {
                cursor += 1
            } else {
                guard let long = Varint.decode(&cursor, end: end) else { return nil }
                code = long
            }
            return Double(Int64(before) &+ Varint.unzigzag(code >> 1)).bitPattern
        }
        if tag == absent || tag == stale {
            cursor += 1
            return tag == absent ? Cell.absent : Cell.stale
        }
        let length = Int(tag >> 1 & 7) + 1
        let low = Int(tag >> 4)
        guard length + low <= 8, end - cursor > length else { return nil }
        var difference: UInt64 = 0
        for byte in 0..<length {
            difference |= UInt64(cursor.load(fromByteOffset: 1 + byte, as: UInt8.self)) << UInt64(8 * (byte + low))
        }
        cursor += 1 + length
        return base ^ difference
    }
}
