import CZlib
import Platform

/// Packs a stream of pieces as gzip, for HTTP answers. Not thread safe.
package final class GzipCompressor {
    // On the heap because zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter level: 1 (fast) to 9 (small). Level 1 packs JSON of samples 5 to 10 times, at several times the
    ///   speed of 6.
    package init(level: Int32 = 1) throws(CompressionError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = deflateInit2_(
            stream, level, Z_DEFLATED, Self.gzipWindow, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            stream.deallocate()
            throw .outOfMemory(codec: "gzip")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Takes the next piece; appends what is packed so far.
    package func update(_ piece: UnsafeRawBufferPointer, into output: ByteBuffer) {
        var rest = piece
        while !rest.isEmpty {
            let offered = min(rest.count, 1 << 30)
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: rest.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(offered)
            while stream.pointee.avail_in > 0 { step(Z_NO_FLUSH, into: output) }
            rest = UnsafeRawBufferPointer(rebasing: rest[offered...])
        }
    }

    /// Appends everything taken so far, so that the receiver can already unpack it.
    package func flush(into output: ByteBuffer) {
        repeat { step(Z_SYNC_FLUSH, into: output) } while stream.pointee.avail_out == 0
    }

    /// Appends the rest. Nothing may follow.
    package func finish(into output: ByteBuffer) {
        while step(Z_FINISH, into: output) != Z_STREAM_END {}
    }

    /// deflate fails only when it is called wrongly.
    @discardableResult
    private func step(_ flush: Int32, into output: ByteBuffer) -> Int32 {
        let room = 16 * 1024
        stream.pointee.next_out = output.reserve(room).assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        let code = deflate(stream, flush)
        precondition(code != Z_STREAM_ERROR, "gzip stream used after its end")
        output.commit(room - Int(stream.pointee.avail_out))
        return code
    }

    /// The largest window (15), plus 16: a gzip header.
    private static let gzipWindow: Int32 = 15 + 16
    private static let memoryLevel: Int32 = 8
}
