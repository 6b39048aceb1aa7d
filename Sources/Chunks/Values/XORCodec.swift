/// Values as XOR against the value before (Pelkonen et al., "Gorilla", VLDB 2015, section 4.1.2): `0` for
/// an equal value; `10` and the bits of the present window; `11`, a new window (5 bits of leading zeros, 6
/// bits of length less one) and its bits. The first value stands in full; the first window is all 64 bits.
///
/// Unlike the paper's, this encoder opens a new window also where that is shorter than to use the present
/// one.
enum XORCodec {
    /// No encoding is longer, the writer's slack included.
    static func limit(_ count: Int) -> Int { 16 + (count * 77 + 7) / 8 }

    /// Writes at least one value; returns the end.
    static func encode(
        _ values: UnsafeBufferPointer<Double>, to memory: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        var writer = BitWriter(memory)
        var previous = values[0].bitPattern
        writer.write(previous, 64)
        var leading = 0
        var length = 64
        for index in 1..<max(values.count, 1) {
            let bits = values[index].bitPattern
            let difference = bits ^ previous
            previous = bits
            if difference == 0 {
                writer.write(0, 1)
                continue
            }
            let zeros = min(difference.leadingZeroBitCount, 31)
            let significant = 64 &- zeros &- difference.trailingZeroBitCount
            let trailing = 64 &- leading &- length
            let fits = zeros >= leading && difference.trailingZeroBitCount >= trailing
            if fits && length <= significant &+ 11 {
                writer.write(0b10, 2)
            } else {
                leading = zeros
                length = significant
                writer.write(0b11 &<< 11 | UInt64(leading) &<< 6 | UInt64(length &- 1), 13)
            }
            writer.write(difference &>> UInt64(64 &- leading &- length), length)
        }
        return writer.finish()
    }

    /// Decodes a whole chunk whose codec byte is `bytes[0]`.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, into values: UnsafeMutablePointer<Double>
    ) throws(ChunkError) {
        if bytes.count < 9 { throw .truncated }
        let first = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        values[0] = Double(bitPattern: first)
        var kernel = XORKernel(previous: first, next: values + 1, remaining: count - 1)
        try kernel.decode(bytes, from: 9)
    }
}

private struct XORKernel: BitKernel {
    var previous: UInt64
    var next: UnsafeMutablePointer<Double>
    var remaining: Int
    var length = 64
    /// Zeros behind the window.
    var trailing = 0

    mutating func run(_ bytes: UnsafeRawPointer, from start: Int, before limit: Int) throws(ChunkError) -> Int {
        var position = start
        var previous = previous
        var length = length
        var trailing = trailing
        var output = next
        let end = next + remaining
        while output < end && position < limit {
            var word = BitKernelInput.peek(bytes, position)
            // Whether a value changed is a coin's throw to the branch predictor: a run of equal values is
            // one step.
            let equal = word.leadingZeroBitCount
            let room = min(end - output, limit &- position, Self.longestRun)
            let run = min(equal, room)
            Self.fill(output, with: Double(bitPattern: previous), run, room)
            output += run
            position &+= run
            if run == room { continue }
            word = word &<< UInt64(truncatingIfNeeded: run)

            let opensWindow = word >> 62 == 0b11
            length = opensWindow ? Int(word >> 51 & 63) &+ 1 : length
            trailing = opensWindow ? 64 &- Int(word >> 57 & 31) &- length : trailing
            if trailing < 0 { throw .malformed }
            position &+= opensWindow ? 13 : 2
            let bits = BitKernelInput.fetch(bytes, position) &>> UInt64(truncatingIfNeeded: 64 &- length)
            previous ^= bits &<< UInt64(truncatingIfNeeded: trailing)
            position &+= length
            output.pointee = Double(bitPattern: previous)
            output += 1
        }
        self.previous = previous
        self.length = length
        self.trailing = trailing
        remaining = end - output
        next = output
        return position
    }

    /// So many zeros and a window's 13 bits fit into the 57 bits of a peek.
    private static var longestRun: Int { 44 }

    /// Writes `count` equal values, and where there is `room` perhaps some more behind them.
    @inline(__always) private static func fill(
        _ output: UnsafeMutablePointer<Double>, with value: Double, _ count: Int, _ room: Int
    ) {
        if room < 4 {
            for index in 0..<count { output[index] = value }
            return
        }
        UnsafeMutableRawPointer(output).storeBytes(of: SIMD4(repeating: value), as: SIMD4<Double>.self)
        var index = 4
        while index < count {
            output[index] = value
            index &+= 1
        }
    }
}
