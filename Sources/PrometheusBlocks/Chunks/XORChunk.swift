import Chunks
import Platform

/// Encoding 1: per sample the change of the time's distance, then the XOR with the value before (Pelkonen et al.,
/// "Gorilla", VLDB 2015, with wider buckets for milliseconds). The first time and distance are varints.
enum XORChunk {
    /// Bits behind a prefix of so many ones; the last has no zero behind it.
    private static let widths: [5 of Int] = [0, 14, 17, 20, 64]
    /// Sample count in front.
    private static let headerSize = 2

    static func decode(_ bytes: UnsafeRawBufferPointer, into samples: ChunkSamples) throws(ChunkDamage) {
        samples.count = 0
        if bytes.count < headerSize { throw .truncated }
        let count = Int(UInt16(bigEndian: bytes.loadUnaligned(as: UInt16.self)))
        if count == 0 { return }
        let start = samples.padded(bytes)
        let end = bytes.count * 8
        let (times, values) = (samples.mutableTimes, samples.mutableValues)
        var position = headerSize * 8
        var time = try ChunkBits.varint(start, &position)
        var bits = BitKernelInput.fetch(start, position)
        position += 64
        times[0] = time
        values[0] = Double(bitPattern: bits)
        var distance: Int64 = 0
        var window = XORWindow()
        for index in 1..<max(count, 1) {
            if position >= end { throw .truncated }
            if index == 1 {
                distance = Int64(bitPattern: try ChunkBits.uvarint(start, &position))
            } else {
                distance &+= change(start, &position)
            }
            time &+= distance
            let control = BitKernelInput.peek(start, position) >> 62
            position &+= control < 2 ? 1 : 2
            if control >= 2 {
                if control == 3 { try window.read(start, &position) }
                bits ^= window.difference(start, &position)
            }
            times[index] = time
            values[index] = Double(bitPattern: bits)
        }
        if position > end { throw .truncated }
        samples.count = count
    }

    @inline(__always)
    private static func change(_ bytes: UnsafeRawPointer, _ position: inout Int) -> Int64 {
        let word = BitKernelInput.peek(bytes, position)
        let ones = min((~word).leadingZeroBitCount, 4)
        if ones == 0 {
            position &+= 1
            return 0
        }
        position &+= min(ones &+ 1, 4)
        let width = widths[ones]
        let bits = BitKernelInput.fetch(bytes, position) &>> UInt64(64 &- width)
        position &+= width
        return width == 64 ? Int64(bitPattern: bits) : ChunkBits.signed(bits, width: width)
    }

    /// Appends a chunk of at least one sample and at most 65,535; times ascend.
    static func encode(
        _ times: UnsafePointer<Int64>, _ values: UnsafePointer<Double>, count: Int, to output: ByteBuffer
    ) {
        output.append(bigEndian: UInt16(count))
        output.append(signedVarint: times[0])
        // The second distance is a varint too, between the bits of two values.
        let limit = 16 + 10 + (count * (4 + 64 + 2 + 11 + 64) + 7) / 8
        let start = output.reserve(limit)
        var writer = BitWriter(start)
        var bits = values[0].bitPattern
        writer.write(bits, 64)
        var distance: Int64 = 0
        var leading = 0
        var trailing = 64
        for index in 1..<max(count, 1) {
            let step = times[index] &- times[index - 1]
            if index == 1 {
                writeVarint(UInt64(bitPattern: step), to: &writer)
            } else {
                writeChange(step &- distance, to: &writer)
            }
            distance = step
            let difference = values[index].bitPattern ^ bits
            bits = values[index].bitPattern
            if difference == 0 {
                writer.write(0, 1)
                continue
            }
            let newLeading = min(difference.leadingZeroBitCount, 31)
            let newTrailing = difference.trailingZeroBitCount
            if newLeading >= leading && newTrailing >= trailing {
                writer.write(0b10, 2)
            } else {
                (leading, trailing) = (newLeading, newTrailing)
                let length = 64 - leading - trailing
                writer.write(0b11 << 11 | UInt64(leading) << 6 | UInt64(length & 63), 13)
            }
            writer.write(difference >> UInt64(trailing), 64 - leading - trailing)
        }
        output.commit(writer.finish() - start)
    }

    private static func writeVarint(_ value: UInt64, to writer: inout BitWriter) {
        var rest = value
        while rest >= 0x80 {
            writer.write(rest & 0x7f | 0x80, 8)
            rest >>= 7
        }
        writer.write(rest, 8)
    }

    private static func writeChange(_ change: Int64, to writer: inout BitWriter) {
        if change == 0 { return writer.write(0, 1) }
        for ones in 1...3 {
            let width = widths[ones]
            let limit = Int64(1) << Int64(width - 1)
            if change > -limit && change <= limit {
                writer.write((1 << UInt64(ones) - 1) << 1, ones + 1)
                writer.write(UInt64(bitPattern: change) & (1 << UInt64(width) - 1), width)
                return
            }
        }
        writer.write(0b1111, 4)
        writer.write(UInt64(bitPattern: change), 64)
    }
}
