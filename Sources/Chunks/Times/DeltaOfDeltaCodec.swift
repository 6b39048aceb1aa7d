/// Times as differences of differences (the Gorilla paper's section 4.1.1, with buckets for milliseconds):
/// the first time stands in full, the distance before it counts as 0. Per further time a prefix says how
/// wide the change of the distance is: `0` no change; `10`, `110`, `1110`, `11110`, `11111` and 5, 9, 14,
/// 20, 64 bits in two's complement.
enum DeltaOfDeltaCodec {
    /// Bits of the number behind a prefix with this many ones.
    static let widths: [6 of Int] = [0, 5, 9, 14, 20, 64]

    /// No encoding is longer, the writer's slack included.
    static func limit(_ count: Int) -> Int { 16 + (count * 69 + 7) / 8 }

    /// Writes at least one time; returns the end.
    static func encode(
        _ times: UnsafeBufferPointer<Int64>, to memory: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        var writer = BitWriter(memory)
        var previous = times[0]
        writer.write(UInt64(bitPattern: previous), 64)
        var distance: Int64 = 0
        for index in 1..<max(times.count, 1) {
            let change = times[index] &- previous &- distance
            distance = times[index] &- previous
            previous = times[index]
            if change == 0 {
                writer.write(0, 1)
                continue
            }
            // The sign bit and all that differs from it.
            let needed = 65 &- (change < 0 ? ~change : change).leadingZeroBitCount
            var ones = 1
            while widths[ones] < needed { ones &+= 1 }
            // Five ones need no zero behind them.
            let prefix = (UInt64(1) << UInt64(ones)) - 1
            if ones == 5 { writer.write(prefix, 5) } else { writer.write(prefix << 1, ones + 1) }
            let width = widths[ones]
            writer.write(UInt64(bitPattern: change) & (UInt64.max >> UInt64(64 - width)), width)
        }
        return writer.finish()
    }

    /// Decodes a whole chunk whose codec byte is `bytes[0]`.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, into times: UnsafeMutablePointer<Int64>
    ) throws(ChunkError) {
        if bytes.count < 9 { throw .truncated }
        times[0] = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: Int64.self))
        var kernel = DeltaOfDeltaKernel(previous: times[0], next: times + 1, remaining: count - 1)
        try kernel.decode(bytes, from: 9)
    }
}

private struct DeltaOfDeltaKernel: BitKernel {
    var previous: Int64
    var distance: Int64 = 0
    var next: UnsafeMutablePointer<Int64>
    var remaining: Int

    init(previous: Int64, next: UnsafeMutablePointer<Int64>, remaining: Int) {
        self.previous = previous
        self.next = next
        self.remaining = remaining
    }

    mutating func run(_ bytes: UnsafeRawPointer, from start: Int, before limit: Int) throws(ChunkError) -> Int {
        var position = start
        while remaining > 0 && position < limit {
            let word = BitKernelInput.peek(bytes, position)
            let ones = min((~word).leadingZeroBitCount, 5)
            position &+= min(ones &+ 1, 5)
            let width = DeltaOfDeltaCodec.widths[ones]
            if width > 0 {
                let bits = Int64(bitPattern: BitKernelInput.fetch(bytes, position))
                distance &+= bits &>> Int64(64 &- width)
                position &+= width
            }
            let time = previous &+ distance
            if time <= previous { throw .notIncreasing }
            previous = time
            next.pointee = time
            next += 1
            remaining &-= 1
        }
        return position
    }
}
