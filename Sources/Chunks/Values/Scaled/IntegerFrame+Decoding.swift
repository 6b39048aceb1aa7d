import Platform

extension IntegerFrame {
    /// Decodes a frame of 1...128 integers at the cursor and writes the running sum of each, times `factor`, into the
    /// eight bytes of its slot. The cursor moves behind the frame.
    static func decodeSums(
        _ cursor: inout UnsafeRawPointer, of input: PackedInput, _ count: Int, factor: Int64, sum: inout Int64,
        into slots: UnsafeMutableRawPointer
    ) throws(ChunkError) {
        var header = try input.byte(&cursor)
        var patches = 0
        if header &>> 5 == patched {
            patches = Int(header & 31)
            header = try input.byte(&cursor)
            if patches == 0 { throw .malformed }
        }
        guard let kind = Kind(rawValue: header &>> 5) else { throw .malformed }
        let width = BitPacking.widths[Int(header & 31)]
        var offset: Int64 = kind.isSparse ? 1 : 0
        if kind.hasOffset {
            offset = unzigzag(try input.varint(&cursor))
        }
        var bitmap = Bitmap()
        var packed = count
        if kind.isSparse {
            bitmap = try Bitmap(&cursor, input.end, count)
            packed = bitmap.ones
        }
        // Behind the place that the sums have reached when a number is read: no sum is written over one still wanted.
        let numbers = slots + 8 &* (count &- packed)
        let length = BitPacking.length(packed, width: width)
        if length > input.end - cursor { throw .truncated }
        input.unpack(cursor, packed, width: width, into: numbers)
        cursor += length
        for _ in 0..<patches { try patch(&cursor, input, numbers, packed, width) }
        switch (kind.isSparse, kind.isZigzag) {
        case (false, false):
            sumAll(slots, count, factor, &sum) { Int64(bitPattern: $0) &+ offset }
        case (false, true):
            sumAll(slots, count, factor, &sum) { unzigzag($0) }
        case (true, false):
            sumSparse(slots, count, packed, bitmap, factor, &sum) { Int64(bitPattern: $0) &+ offset }
        case (true, true):
            sumSparse(slots, count, packed, bitmap, factor, &sum) { unzigzag($0 &+ 1) }
        }
    }

    /// Which of a frame's integers are not zero, lowest bit first.
    private struct Bitmap {
        var low: UInt64 = 0
        var high: UInt64 = 0

        init() {}

        init(_ cursor: inout UnsafeRawPointer, _ end: UnsafeRawPointer, _ count: Int) throws(ChunkError) {
            let length = (count &+ 7) &>> 3
            if length > end - cursor { throw .truncated }
            low = Self.load(cursor, min(length, 8))
            high = Self.load(cursor + 8, length &- 8)
            cursor += length
            // A one behind the last integer.
            let spare = count < 64 ? low &>> UInt64(count) | high : count < 128 ? high &>> UInt64(count &- 64) : 0
            if spare != 0 { throw .malformed }
        }

        var ones: Int { low.nonzeroBitCount &+ high.nonzeroBitCount }

        private static func load(_ address: UnsafeRawPointer, _ length: Int) -> UInt64 {
            if length == 8 { return UInt64(littleEndian: address.loadUnaligned(as: UInt64.self)) }
            var word: UInt64 = 0
            for index in 0..<max(length, 0) {
                word |= UInt64((address + index).load(as: UInt8.self)) &<< UInt64(8 &* index)
            }
            return word
        }
    }

    private static func patch(
        _ cursor: inout UnsafeRawPointer, _ input: PackedInput, _ numbers: UnsafeMutableRawPointer, _ count: Int,
        _ width: Int
    ) throws(ChunkError) {
        let index = Int(try input.byte(&cursor))
        let upper = try input.varint(&cursor)
        if index >= count || width == 64 { throw .malformed }
        let number = numbers.load(fromByteOffset: 8 &* index, as: UInt64.self)
        let patched = number | upper &<< UInt64(truncatingIfNeeded: width)
        numbers.storeBytes(of: patched, toByteOffset: 8 &* index, as: UInt64.self)
    }

    @inline(__always) private static func unzigzag(_ number: UInt64) -> Int64 {
        Int64(bitPattern: number &>> 1 ^ (0 &- (number & 1)))
    }

    @inline(__always) private static func sumAll(
        _ slots: UnsafeMutableRawPointer, _ count: Int, _ factor: Int64, _ sum: inout Int64,
        _ integer: (UInt64) -> Int64
    ) {
        var running = sum
        for index in 0..<count {
            running &+= integer(slots.load(fromByteOffset: 8 &* index, as: UInt64.self)) &* factor
            slots.storeBytes(of: running, toByteOffset: 8 &* index, as: Int64.self)
        }
        sum = running
    }

    /// The numbers are those of the last slots. Whether an integer is zero decides no branch.
    @inline(__always) private static func sumSparse(
        _ slots: UnsafeMutableRawPointer, _ count: Int, _ packed: Int, _ bitmap: Bitmap, _ factor: Int64,
        _ sum: inout Int64, _ integer: (UInt64) -> Int64
    ) {
        if packed == 0 { return sumAll(slots, count, 0, &sum) { _ in 0 } }
        var running = sum
        // The number that was read last; before the first one it may be any.
        var source = 8 &* (count &- packed &- 1)
        var bits = bitmap.low
        for index in 0..<count {
            if index == 64 { bits = bitmap.high }
            let one = Int(truncatingIfNeeded: bits & 1)
            bits &>>= 1
            source &+= one &<< 3
            let number = integer(slots.load(fromByteOffset: source, as: UInt64.self))
            running &+= (number &* factor) & Int64(truncatingIfNeeded: 0 &- one)
            slots.storeBytes(of: running, toByteOffset: 8 &* index, as: Int64.self)
        }
        sum = running
    }
}
