import Platform

/// A timeline's times as bytes (docs/format/chunks.md): milliseconds, strictly increasing. The number of
/// times and of bytes is kept by whoever keeps the chunk.
package enum TimestampChunk {
    /// The first byte of a chunk.
    enum Codec: UInt8 {
        /// The first time and one distance, which all times have from the one before them.
        case regular = 1
        case deltaOfDelta = 2
    }

    /// Appends a chunk of at least one time to the buffer.
    package static func encode(_ times: UnsafeBufferPointer<Int64>, into buffer: ByteBuffer) {
        let regular = isRegular(times)
        let stored = UnsafeBufferPointer(rebasing: times.prefix(regular ? 2 : times.count))
        let start = buffer.reserve(1 + DeltaOfDeltaCodec.limit(stored.count))
        start.storeBytes(of: (regular ? Codec.regular : .deltaOfDelta).rawValue, as: UInt8.self)
        let end = DeltaOfDeltaCodec.encode(stored, to: start + 1)
        buffer.commit(end - start)
    }

    /// Decodes a whole chunk: `count` times, at least one, are written, and no more whatever the bytes hold.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, into times: UnsafeMutablePointer<Int64>
    ) throws(ChunkError) {
        guard let byte = bytes.first else { throw .truncated }
        switch Codec(rawValue: byte) {
        case .deltaOfDelta: try DeltaOfDeltaCodec.decode(bytes, count: count, into: times)
        case .regular:
            try DeltaOfDeltaCodec.decode(bytes, count: min(count, 2), into: times)
            if count < 3 { return }
            let distance = times[1] &- times[0]
            for index in 2..<count {
                times[index] = times[index - 1] &+ distance
                if times[index] <= times[index - 1] { throw .notIncreasing }
            }
        case nil: throw .unknownCodec(byte)
        }
    }

    private static func isRegular(_ times: UnsafeBufferPointer<Int64>) -> Bool {
        if times.count < 3 { return true }
        let distance = times[1] &- times[0]
        for index in 2..<times.count where times[index] &- times[index - 1] != distance { return false }
        return true
    }
}
