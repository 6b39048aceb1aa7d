import Chunks
import Model

/// Encoding 4 (Prometheus 3.13 and later): one prefix for the change of the distance and of the value, stale markers
/// as codes of their own, and perhaps start times, which are skipped. Layout: the head comment of Prometheus's
/// tsdb/chunkenc/xor2.go.
enum XOR2Chunk {
    /// Sample count; then one byte about start times: whether the first sample has one, and from which sample on
    /// all have one (0: none).
    private static let headerSize = 3

    static func decode(_ bytes: UnsafeRawBufferPointer, into samples: ChunkSamples) throws(ChunkDamage) {
        samples.count = 0
        if bytes.count < headerSize { throw .truncated }
        let count = Int(UInt16(bigEndian: bytes.loadUnaligned(as: UInt16.self)))
        if count == 0 { return }
        var decoder = Decoder(samples.padded(bytes), headerSize * 8)
        let firstHasStart = bytes[2] & 0x80 != 0
        let startsFrom = bytes[2] & 0x7f == 0 ? Int.max : Int(bytes[2] & 0x7f)
        let end = bytes.count * 8
        for index in 0..<count {
            if decoder.position >= end { throw .truncated }
            switch index {
            case 0:
                try decoder.first()
                if firstHasStart { _ = try ChunkBits.varint(decoder.bytes, &decoder.position) }
            case 1: try decoder.second()
            default: try decoder.next()
            }
            if index > 0 && index >= startsFrom { decoder.skipStart() }
            samples.mutableTimes[index] = decoder.time
            samples.mutableValues[index] = Double(bitPattern: decoder.value)
        }
        if decoder.position > end { throw .truncated }
        samples.count = count
    }

    private struct Decoder {
        let bytes: UnsafeRawPointer
        var position: Int
        var time: Int64 = 0
        var value: UInt64 = 0
        private var distance: Int64 = 0
        /// The last value that is no stale marker: what the next one is held against.
        private var baseline: UInt64 = 0
        private var window = XORWindow()

        init(_ bytes: UnsafeRawPointer, _ position: Int) {
            self.bytes = bytes
            self.position = position
        }

        mutating func first() throws(ChunkDamage) {
            time = try ChunkBits.varint(bytes, &position)
            value = BitKernelInput.fetch(bytes, position)
            position += 64
            if value != Double.staleMarker.bitPattern { baseline = value }
        }

        mutating func second() throws(ChunkDamage) {
            distance = Int64(bitPattern: try ChunkBits.uvarint(bytes, &position))
            time &+= distance
            try readValue()
        }

        mutating func next() throws(ChunkDamage) {
            let ones = min((~BitKernelInput.peek(bytes, position)).leadingZeroBitCount, 5)
            position &+= min(ones &+ 1, 5)
            switch ones {
            case 2: try moveTime(13)
            case 3: try moveTime(20)
            case 4: try moveTime(64)
            default:
                time &+= distance
                switch ones {
                case 0: value = baseline
                case 1: try changeValue()
                default: value = Double.staleMarker.bitPattern
                }
            }
        }

        /// A change of the distance in `width` bits of two's complement, and a value.
        private mutating func moveTime(_ width: Int) throws(ChunkDamage) {
            distance &+= Int64(bitPattern: BitKernelInput.fetch(bytes, position)) &>> Int64(64 &- width)
            position &+= width
            time &+= distance
            try readValue()
        }

        private mutating func readValue() throws(ChunkDamage) {
            let ones = min((~BitKernelInput.peek(bytes, position)).leadingZeroBitCount, 3)
            position &+= min(ones &+ 1, 3)
            switch ones {
            case 0: value = baseline
            case 1: apply()
            case 2:
                try window.read(bytes, &position)
                apply()
            default: value = Double.staleMarker.bitPattern
            }
        }

        /// A value that is known to differ.
        private mutating func changeValue() throws(ChunkDamage) {
            let opensWindow = BitKernelInput.peek(bytes, position) >> 63 == 1
            position &+= 1
            if opensWindow { try window.read(bytes, &position) }
            apply()
        }

        private mutating func apply() {
            baseline ^= window.difference(bytes, &position)
            value = baseline
        }

        /// Bits behind a prefix of so many ones.
        private static let startWidths: [9 of Int] = [0, 3, 6, 9, 12, 18, 25, 56, 64]

        mutating func skipStart() {
            let ones = min((~BitKernelInput.peek(bytes, position)).leadingZeroBitCount, 8)
            position &+= min(ones &+ 1, 8) &+ Self.startWidths[ones]
        }
    }
}
