import CLZ4
import Platform

/// LZ4 blocks: no header, no checksum, no length; the caller keeps the unpacked size beside them.
package enum LZ4 {
    /// Appends the packed form of `source` to `output`.
    package static func compress(
        _ source: UnsafeRawBufferPointer, into output: ByteBuffer
    ) throws(CompressionError) {
        let bound = Int(LZ4_compressBound(Int32(clamping: source.count)))
        guard bound > 0, source.count <= Int(Int32.max) else {
            throw .inputTooLarge(codec: "LZ4", size: source.count)
        }
        // The library wants an address even for no bytes.
        let target = output.reserve(bound)
        let start = source.baseAddress ?? UnsafeRawPointer(target)
        let written = LZ4_compress_default(
            start.assumingMemoryBound(to: CChar.self), target.assumingMemoryBound(to: CChar.self),
            Int32(source.count), Int32(bound))
        guard written > 0 else { throw .outOfMemory(codec: "LZ4") }
        output.commit(Int(written))
    }

    /// Appends exactly `size` unpacked bytes to `output`; anything else in `source` is corrupt.
    package static func decompress(
        _ source: UnsafeRawBufferPointer, size: Int, into output: ByteBuffer
    ) throws(CompressionError) {
        guard let start = source.baseAddress, source.count <= Int(Int32.max), size >= 0, size <= Int(Int32.max)
        else { throw .corrupt(codec: "LZ4", detail: "a block of \(source.count) bytes for \(size)") }
        let target = output.reserve(max(size, 1))
        let written = LZ4_decompress_safe(
            start.assumingMemoryBound(to: CChar.self), target.assumingMemoryBound(to: CChar.self),
            Int32(source.count), Int32(size))
        guard Int(written) == size else {
            throw .corrupt(codec: "LZ4", detail: written < 0 ? "malformed block" : "\(written) bytes, not \(size)")
        }
        output.commit(size)
    }
}
