import Platform

extension IntegerFrame {
    /// Decodes a frame of 1...128 integers at the cursor and writes the running sum of each, times `factor`, into the
    /// eight bytes of its slot, as a floating-point number if `asDoubles`. The cursor moves behind the frame.
    static func decodeSums(
        _ cursor: inout UnsafeRawPointer, of input: PackedInput, _ count: Int, factor: Int64, sum: inout Int64,
        into slots: UnsafeMutableRawPointer, asDoubles: Bool
    ) throws(ChunkError) {
        var header = try input.byte(&cursor)
        var pattern: FrameBitmap?
        if header &>> 5 == periodic {
            pattern = try FrameBitmap(repeating: header & 31, &cursor, of: input, count)
            header = try input.byte(&cursor)
        }
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
        var bitmap = FrameBitmap()
        var packed = count
        if kind.isSparse {
            if let pattern { bitmap = pattern } else { bitmap = try FrameBitmap(&cursor, of: input, count) }
            packed = bitmap.ones
        } else if pattern != nil {
            throw .malformed
        }
        let length = BitPacking.length(packed, width: width)
        if length > input.end - cursor { throw .truncated }
        let start = cursor
        cursor += length
        var output = Output(slots, factor: factor, sum: sum, asDoubles: asDoubles)
        defer { sum = output.sum }
        if !kind.isSparse && patches == 0 {
            if kind.isZigzag {
                output.addPacked(input, start, count, width) { unzigzag($0) }
            } else {
                output.addPacked(input, start, count, width) { Int64(bitPattern: $0) &+ offset }
            }
            return
        }
        // Behind the place that the sums have reached when a number is read: no sum is written over one still wanted.
        let numbers = slots + 8 &* (count &- packed)
        input.unpack(start, packed, width: width, into: numbers)
        for _ in 0..<patches { try patch(&cursor, input, numbers, packed, width) }
        switch (kind.isSparse, kind.isZigzag) {
        case (false, false): output.addAll(count) { Int64(bitPattern: $0) &+ offset }
        case (false, true): output.addAll(count) { unzigzag($0) }
        case (true, false): output.addSparse(count, packed, bitmap) { Int64(bitPattern: $0) &+ offset }
        case (true, true): output.addSparse(count, packed, bitmap) { unzigzag($0 &+ 1) }
        }
    }

    /// Where the sums go.
    private struct Output {
        private let slots: UnsafeMutableRawPointer
        private let factor: Int64
        private(set) var sum: Int64
        private let asDoubles: Bool

        init(_ slots: UnsafeMutableRawPointer, factor: Int64, sum: Int64, asDoubles: Bool) {
            self.slots = slots
            self.factor = factor
            self.sum = sum
            self.asDoubles = asDoubles
        }

        /// Sums up numbers as they are read.
        @inline(__always) mutating func addPacked(
            _ input: PackedInput, _ start: UnsafeRawPointer, _ count: Int, _ width: Int,
            _ integer: (UInt64) -> Int64
        ) {
            var running = sum
            var slot = slots
            let factor = factor
            if asDoubles {
                input.forEach(start, count, width: width) { number in
                    running &+= integer(number) &* factor
                    slot.storeBytes(of: Double(running), as: Double.self)
                    slot += 8
                }
            } else {
                input.forEach(start, count, width: width) { number in
                    running &+= integer(number) &* factor
                    slot.storeBytes(of: running, as: Int64.self)
                    slot += 8
                }
            }
            sum = running
        }

        /// Sums up numbers that stand in the slots.
        @inline(__always) mutating func addAll(_ count: Int, _ integer: (UInt64) -> Int64) {
            for index in 0..<count {
                sum &+= integer(slots.load(fromByteOffset: 8 &* index, as: UInt64.self)) &* factor
                put(index)
            }
        }

        /// The numbers are those of the last slots. Whether an integer is zero decides no branch.
        @inline(__always) mutating func addSparse(
            _ count: Int, _ packed: Int, _ bitmap: FrameBitmap, _ integer: (UInt64) -> Int64
        ) {
            if packed == 0 {
                for index in 0..<count { put(index) }
                return
            }
            // The number that was read last; before the first one it may be any.
            var source = 8 &* (count &- packed &- 1)
            var bits = bitmap.low
            for index in 0..<count {
                if index == 64 { bits = bitmap.high }
                let one = Int(truncatingIfNeeded: bits & 1)
                bits &>>= 1
                source &+= one &<< 3
                let number = integer(slots.load(fromByteOffset: source, as: UInt64.self))
                sum &+= (number &* factor) & Int64(truncatingIfNeeded: 0 &- one)
                put(index)
            }
        }

        @inline(__always) private func put(_ index: Int) {
            if asDoubles {
                slots.storeBytes(of: Double(sum), toByteOffset: 8 &* index, as: Double.self)
            } else {
                slots.storeBytes(of: sum, toByteOffset: 8 &* index, as: Int64.self)
            }
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
}
