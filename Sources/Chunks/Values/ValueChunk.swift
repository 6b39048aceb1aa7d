import Platform

/// A column's values as bytes (docs/format/chunks.md). Every bit pattern survives. The number of values and
/// of bytes is kept by whoever keeps the chunk.
package enum ValueChunk {
    /// The first byte of a chunk.
    enum Codec: UInt8 {
        /// 8 bytes a value: what no other codec makes smaller.
        case raw = 0
        /// One value that all are equal to, bit by bit.
        case constant = 1
        case xor = 2
    }

    /// Appends a chunk of at least one value to the buffer, coded in the shortest way there is.
    package static func encode(_ values: UnsafeBufferPointer<Double>, into buffer: ByteBuffer) {
        if isConstant(values) { return encodeConstant(values[0], into: buffer) }
        let room = ScaledCodec.limit(values.count)
        let start = buffer.reserve(room + 1 + XORCodec.limit(values.count))
        let scaled = ScaledCodec.encode(values, to: start)
        if let end = scaled, end - start <= 2 * values.count { return buffer.commit(end - start) }
        // Differences of so many bits: XOR may be shorter.
        let other = start + room
        let end = XORCodec.encode(values, to: other + 1)
        let shortest = min(scaled.map { $0 - start } ?? .max, end - other, 1 + 8 * values.count)
        if end - other == shortest {
            other.storeBytes(of: Codec.xor.rawValue, as: UInt8.self)
            start.copyMemory(from: other, byteCount: shortest)
        } else if shortest == 1 + 8 * values.count {
            start.storeBytes(of: Codec.raw.rawValue, as: UInt8.self)
            // Little-endian, as all machines this is built for.
            (start + 1).copyMemory(
                from: UnsafeRawPointer(values.baseAddress.unsafelyUnwrapped), byteCount: 8 * values.count)
        }
        buffer.commit(shortest)
    }

    private static func encodeConstant(_ value: Double, into buffer: ByteBuffer) {
        let start = buffer.reserve(1 + Varint.maximumLength)
        if let end = ScaledCodec.encodeConstant(value, to: start), end - start < 9 {
            return buffer.commit(end - start)
        }
        buffer.append(Codec.constant.rawValue)
        buffer.append(integer: value.bitPattern)
    }

    /// Decodes a whole chunk: `count` values, at least one, are written, and no more whatever the bytes hold.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, into values: UnsafeMutablePointer<Double>
    ) throws(ChunkError) {
        guard let byte = bytes.first else { throw .truncated }
        switch byte {
        case ScaledCodec.constants, ScaledCodec.differenced:
            return try ScaledCodec.decode(bytes, count: count, into: values)
        default: break
        }
        guard let codec = Codec(rawValue: byte) else { throw .unknownCodec(byte) }
        switch codec {
        case .raw:
            try expect(8 * count, in: bytes)
            for index in 0..<count { values[index] = value(bytes, 1 + 8 * index) }
        case .constant:
            try expect(8, in: bytes)
            values.update(repeating: value(bytes, 1), count: count)
        case .xor: try XORCodec.decode(bytes, count: count, into: values)
        }
    }

    private static func isConstant(_ values: UnsafeBufferPointer<Double>) -> Bool {
        let first = values[0].bitPattern
        for value in values where value.bitPattern != first { return false }
        return true
    }

    private static func expect(_ length: Int, in bytes: UnsafeRawBufferPointer) throws(ChunkError) {
        if bytes.count < 1 + length { throw .truncated }
        if bytes.count > 1 + length { throw .trailingBytes }
    }

    private static func value(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Double {
        Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
    }
}
