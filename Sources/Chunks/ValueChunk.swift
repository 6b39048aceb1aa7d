import Platform

/// A column's values as bytes (docs/format/chunks.md). Every bit pattern survives. The number of values and
/// of bytes is kept by whoever keeps the chunk.
package enum ValueChunk {
    /// The first byte of a chunk.
    enum Codec: UInt8 {
        /// 8 bytes a value.
        case raw = 0
    }

    /// Appends a chunk of at least one value to the buffer.
    package static func encode(_ values: UnsafeBufferPointer<Double>, into buffer: ByteBuffer) {
        buffer.append(Codec.raw.rawValue)
        for value in values { buffer.append(integer: value.bitPattern) }
    }

    /// Decodes a whole chunk: `count` values are written, and no more whatever the bytes hold.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, into values: UnsafeMutablePointer<Double>
    ) throws(ChunkError) {
        guard let codec = bytes.first else { throw .truncated }
        guard Codec(rawValue: codec) != nil else { throw .unknownCodec(codec) }
        if bytes.count < 1 + 8 * count { throw .truncated }
        if bytes.count > 1 + 8 * count { throw .trailingBytes }
        for index in 0..<count {
            values[index] = Double(
                bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 1 + 8 * index, as: UInt64.self)))
        }
    }
}
