/// Unsigned LEB128: seven bits a byte, low bits first, the high bit set on all but the last byte. Signed values go
/// through zigzag first (0, -1, 1, -2, ... become 0, 1, 2, 3, ...).
package enum Varint {
    /// The most bytes a value takes.
    @inlinable package static var maximumLength: Int { 10 }

    /// Writes a value and returns its length. There must be room for `maximumLength` bytes.
    @inlinable package static func encode(_ value: UInt64, to output: UnsafeMutableRawPointer) -> Int {
        var rest = value
        var length = 0
        while rest >= 0x80 {
            output.storeBytes(
                of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: length, as: UInt8.self)
            rest >>= 7
            length += 1
        }
        output.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: length, as: UInt8.self)
        return length + 1
    }

    /// Reads a value at the cursor and moves it behind. Nil, with the cursor left alone, when the bytes before `end`
    /// hold no whole value or one of more than 64 bits.
    @inlinable @inline(__always) package static func decode(
        _ cursor: inout UnsafeRawPointer, end: UnsafeRawPointer
    ) -> UInt64? {
        // Most are short.
        if cursor < end {
            let byte = cursor.load(as: UInt8.self)
            if byte < 0x80 {
                cursor += 1
                return UInt64(byte)
            }
        }
        return decodeLong(&cursor, end: end)
    }

    @usableFromInline static func decodeLong(
        _ cursor: inout UnsafeRawPointer, end: UnsafeRawPointer
    ) -> UInt64? {
        var position = cursor
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = UInt64(position.load(as: UInt8.self))
            position += 1
            if shift == 63 && byte > 1 { return nil }
            value |= (byte & 0x7F) &<< shift
            if byte < 0x80 {
                cursor = position
                return value
            }
            shift &+= 7
        }
        return nil
    }

    /// The value at the start of eight bytes, the first one lowest, and its length; nil when it is longer than that.
    /// Whatever its length is, no branch depends on it: a guess that is wrong costs more than all of this.
    @inlinable @inline(__always) package static func first(in word: UInt64) -> (value: UInt64, length: Int)? {
        let stops = ~word & 0x8080_8080_8080_8080
        if stops == 0 { return nil }
        // Seven bits of each byte up to the last one move together.
        var value = word & (stops ^ (stops &- 1)) & 0x7F7F_7F7F_7F7F_7F7F
        value = value & 0x007F_007F_007F_007F | (value & 0x7F00_7F00_7F00_7F00) &>> 1
        value = value & 0x0000_3FFF_0000_3FFF | (value & 0x3FFF_0000_3FFF_0000) &>> 2
        value = value & 0x0000_0000_0FFF_FFFF | (value & 0x0FFF_FFFF_0000_0000) &>> 4
        return (value, stops.trailingZeroBitCount &>> 3 &+ 1)
    }

    /// Bytes that a value takes.
    @inlinable @inline(__always) package static func length(_ value: UInt64) -> Int {
        (70 - (value | 1).leadingZeroBitCount) / 7
    }

    /// Small magnitudes to small numbers.
    @inlinable @inline(__always) package static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: value &<< 1 ^ value &>> 63)
    }

    /// The reverse of `zigzag`.
    @inlinable @inline(__always) package static func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension ByteBuffer {
    /// Appends an unsigned LEB128 number.
    @inlinable package func append(varint value: UInt64) {
        commit(Varint.encode(value, to: reserve(Varint.maximumLength)))
    }

    /// Appends a signed number, zigzag then LEB128.
    @inlinable package func append(signedVarint value: Int64) {
        append(varint: Varint.zigzag(value))
    }
}
