/// Writes runs of bits, highest first, into memory that the caller has made large enough. Not thread safe.
///
/// Bits collect in a 64-bit word and leave it eight bytes at a time, so `finish` may write up to eight
/// bytes past the end.
package struct BitWriter {
    @usableFromInline var next: UnsafeMutableRawPointer
    /// The bits that were not stored yet, at the top.
    @usableFromInline var word: UInt64 = 0
    @usableFromInline var used = 0

    @inlinable package init(_ memory: UnsafeMutableRawPointer) { next = memory }

    /// Appends the lowest `width` bits of `bits`; the bits above them must be zero. `width` is 1...64.
    @inlinable @inline(__always) package mutating func write(_ bits: UInt64, _ width: Int) {
        let room = 64 &- used
        if width < room {
            word |= bits &<< UInt64(room &- width)
            used &+= width
            return
        }
        let rest = width &- room
        next.storeBytes(of: (word | (bits &>> UInt64(rest))).bigEndian, as: UInt64.self)
        next += 8
        word = rest == 0 ? 0 : bits &<< UInt64(64 &- rest)
        used = rest
    }

    /// Stores what is left and returns the end of the last byte that holds a bit.
    @inlinable package func finish() -> UnsafeMutableRawPointer {
        if used == 0 { return next }
        next.storeBytes(of: word.bigEndian, as: UInt64.self)
        return next + (used + 7) / 8
    }
}
