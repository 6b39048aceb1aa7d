import Platform

/// Integers of one width side by side, lowest bit first, little-endian; the last byte is filled up with zeros.
enum BitPacking {
    /// The widths there are. From each bit position in a byte, all but the last fit into one 64-bit load; the last
    /// always begins with a byte.
    static let widths: [32 of Int] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 28, 32, 36, 40, 48,
        56,
        64,
    ]

    /// The index of the smallest width that has room for `bits` bits.
    @inline(__always) static func index(forBits bits: Int) -> Int {
        if bits <= 24 { return bits }
        var index = 25
        while widths[index] < bits { index &+= 1 }
        return index
    }

    @inline(__always) static func mask(_ width: Int) -> UInt64 {
        width == 0 ? 0 : UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- width)
    }

    @inline(__always) static func length(_ count: Int, width: Int) -> Int { (count &* width &+ 7) &>> 3 }

    /// Writes the lowest `width` bits of each integer, and up to eight bytes behind the end, which is returned.
    static func pack(
        _ integers: UnsafePointer<UInt64>, _ count: Int, width: Int, to output: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        if width == 0 { return output }
        let mask = mask(width)
        var next = output
        var word: UInt64 = 0
        var used = 0
        for index in 0..<count {
            let bits = integers[index] & mask
            word |= bits &<< UInt64(truncatingIfNeeded: used)
            used &+= width
            if used < 64 { continue }
            next.storeBytes(of: word.littleEndian, as: UInt64.self)
            next += 8
            used &-= 64
            word = used == 0 ? 0 : bits &>> UInt64(truncatingIfNeeded: width &- used)
        }
        next.storeBytes(of: word.littleEndian, as: UInt64.self)
        return output + length(count, width: width)
    }
}

/// The bytes of a chunk, from which packed integers and whole words are read.
struct PackedInput {
    let end: UnsafeRawPointer
    /// The last eight bytes, zeros before them if there are fewer. What begins in them is read from here, as no load
    /// may reach beyond the end.
    private let tail: UInt64

    init(_ bytes: UnsafeRawBufferPointer, start: UnsafeRawPointer) {
        end = start + bytes.count
        if bytes.count >= 8 {
            tail = UInt64(littleEndian: (end - 8).loadUnaligned(as: UInt64.self))
        } else {
            tail = bytes.reversed().reduce(0) { $0 &<< 8 | UInt64($1) } &<< UInt64(64 - 8 * bytes.count)
        }
    }

    /// Reads a byte and moves behind it.
    @inline(__always) func byte(_ cursor: inout UnsafeRawPointer) throws(ChunkError) -> UInt8 {
        if cursor >= end { throw .truncated }
        let byte = cursor.load(as: UInt8.self)
        cursor += 1
        return byte
    }

    /// Reads a varint and moves behind it.
    @inline(__always) func varint(_ cursor: inout UnsafeRawPointer) throws(ChunkError) -> UInt64 {
        if end - cursor >= 8 {
            let word = UInt64(littleEndian: cursor.loadUnaligned(as: UInt64.self))
            if let (number, length) = Varint.first(in: word) {
                cursor += length
                return number
            }
        }
        guard let number = Varint.decode(&cursor, end: end) else { throw .truncated }
        return number
    }

    /// Calls `body` with each of `count` integers that end before the chunk does. The closure is inlined.
    @inline(__always) func forEach(
        _ position: UnsafeRawPointer, _ count: Int, width: Int, _ body: (UInt64) -> Void
    ) {
        if width == 0 {
            for _ in 0..<count { body(0) }
            return
        }
        let mask = BitPacking.mask(width)
        // The bit behind the last one at which a load of eight bytes may begin.
        let loadable = (end - 8 - position) &* 8
        let bits = count &* width
        let limit = min(bits, loadable &+ 8)
        var bit = 0
        while bit < limit {
            let word = UInt64(littleEndian: (position + bit &>> 3).loadUnaligned(as: UInt64.self))
            body(word &>> UInt64(truncatingIfNeeded: bit & 7) & mask)
            bit &+= width
        }
        while bit < bits {
            body(tail &>> UInt64(truncatingIfNeeded: bit &- loadable) & mask)
            bit &+= width
        }
    }

    /// Reads integers side by side.
    @inline(__always) func unpack(
        _ position: UnsafeRawPointer, _ count: Int, width: Int, into output: UnsafeMutableRawPointer
    ) {
        var output = output
        forEach(position, count, width: width) { number in
            output.storeBytes(of: number, as: UInt64.self)
            output += 8
        }
    }
}
