import CZstd
import Platform

/// Zstandard frames, read only: records of Prometheus's log may come in them.
package enum Zstd {
    /// Appends the unpacked form of `source`, one whole frame, to `output`.
    /// - Parameter limit: the most bytes it may give; a frame that does not say its size is unpacked into that much.
    package static func decompress(
        _ source: UnsafeRawBufferPointer, limit: Int, into output: ByteBuffer
    ) throws(CompressionError) {
        guard let start = source.baseAddress else { throw .corrupt(codec: codec, detail: "no data") }
        // The two largest numbers mean "not said" and "no frame".
        let size = ZSTD_getFrameContentSize(start, source.count)
        if size == UInt64.max - 1 { throw .corrupt(codec: codec, detail: "no frame") }
        if size != UInt64.max, size > UInt64(limit) { throw .outputTooLarge(codec: codec, limit: limit) }
        let room = size == UInt64.max ? limit : Int(size)
        let written = ZSTD_decompress(output.reserve(max(room, 1)), room, start, source.count)
        if ZSTD_isError(written) != 0 { throw .corrupt(codec: codec, detail: "malformed frame") }
        output.commit(written)
    }

    private static let codec = "zstd"
}
