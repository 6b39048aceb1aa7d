import Platform

/// A timeline's times as bytes (docs/format/chunks.md): milliseconds, strictly increasing. The number of
/// times and of bytes is kept by whoever keeps the chunk.
package enum TimestampChunk {
    /// The first byte of a chunk.
    enum Codec: UInt8 {
        /// 8 bytes a time.
        case raw = 0
    }

    /// Appends a chunk of at least one time to the buffer.
    package static func encode(_ times: UnsafeBufferPointer<Int64>, into buffer: ByteBuffer) {
        buffer.append(Codec.raw.rawValue)
        for time in times { buffer.append(integer: time) }
    }

    /// Decodes a whole chunk: `count` times are written, and no more whatever the bytes hold.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, into times: UnsafeMutablePointer<Int64>
    ) throws(ChunkError) {
        guard let codec = bytes.first else { throw .truncated }
        guard Codec(rawValue: codec) != nil else { throw .unknownCodec(codec) }
        if bytes.count < 1 + 8 * count { throw .truncated }
        if bytes.count > 1 + 8 * count { throw .trailingBytes }
        for index in 0..<count {
            times[index] = Int64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: 1 + 8 * index, as: Int64.self))
        }
    }
}
