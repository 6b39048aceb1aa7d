import CSnappy
import Platform

/// Snappy blocks (not the framed stream), as remote write and read send them.
package enum Snappy {
    /// Appends the packed form of `source` to `output`.
    package static func compress(
        _ source: UnsafeRawBufferPointer, into output: ByteBuffer
    ) throws(CompressionError) {
        // The format counts in 32 bits.
        guard source.count <= Int(UInt32.max) else { throw .inputTooLarge(codec: codec, size: source.count) }
        var length = snappy_max_compressed_length(source.count)
        let target = output.reserve(length)
        let start = source.baseAddress ?? UnsafeRawPointer(target)
        let status = snappy_compress(
            start.assumingMemoryBound(to: CChar.self), source.count,
            target.assumingMemoryBound(to: CChar.self), &length)
        guard status == SNAPPY_OK else { throw .outOfMemory(codec: codec) }
        output.commit(length)
    }

    /// Appends the unpacked form of `source` to `output`.
    /// - Parameter limit: the most bytes it may give; the block says its size before anything is unpacked.
    package static func decompress(
        _ source: UnsafeRawBufferPointer, limit: Int, into output: ByteBuffer
    ) throws(CompressionError) {
        guard let start = source.baseAddress?.assumingMemoryBound(to: CChar.self) else {
            throw .corrupt(codec: codec, detail: "no data")
        }
        var length = 0
        guard snappy_uncompressed_length(start, source.count, &length) == SNAPPY_OK else {
            throw .corrupt(codec: codec, detail: "no length")
        }
        guard length <= limit else { throw .outputTooLarge(codec: codec, limit: limit) }
        let target = output.reserve(max(length, 1)).assumingMemoryBound(to: CChar.self)
        guard snappy_uncompress(start, source.count, target, &length) == SNAPPY_OK else {
            throw .corrupt(codec: codec, detail: "malformed block")
        }
        output.commit(length)
    }

    private static let codec = "snappy"
}
