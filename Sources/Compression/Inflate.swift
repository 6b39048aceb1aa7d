import CZlib
import Platform

/// Unpacks gzip and zlib ("deflate" of HTTP) data.
package enum Inflate {
    /// Appends the unpacked form of `source` to `output`. The kind of wrapping is found from the data; gzip members
    /// may follow one another (RFC 1952, 2.2).
    /// - Parameter limit: the most bytes it may give; senders are not trusted.
    package static func decompress(
        _ source: UnsafeRawBufferPointer, limit: Int, into output: ByteBuffer
    ) throws(CompressionError) {
        var stream = z_stream()
        guard inflateInit2_(&stream, detectWrapping, ZLIB_VERSION, streamSize) == Z_OK else {
            throw .outOfMemory(codec: codec)
        }
        defer { inflateEnd(&stream) }
        let start = output.count
        var rest = source
        repeat {
            try inflateMember(&stream, &rest, limit: limit - (output.count - start), into: output)
            inflateReset(&stream)
        } while !rest.isEmpty
    }

    private static func inflateMember(
        _ stream: inout z_stream, _ rest: inout UnsafeRawBufferPointer, limit: Int, into output: ByteBuffer
    ) throws(CompressionError) {
        var allowed = limit
        while true {
            // zlib counts in 32 bits and never writes through the input pointer.
            let input = UnsafeMutablePointer(
                mutating: rest.baseAddress?.assumingMemoryBound(to: UInt8.self))
            let offered = min(rest.count, 1 << 30)
            stream.next_in = input
            stream.avail_in = UInt32(offered)
            // One byte beyond the limit tells an output of exactly the limit from a larger one.
            let room = min(max(2 * offered, 16 * 1024), allowed + 1)
            stream.next_out = output.reserve(room).assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(room)
            let code = inflate(&stream, Z_NO_FLUSH)
            let written = room - Int(stream.avail_out)
            let consumed = offered - Int(stream.avail_in)
            output.commit(written)
            rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
            if written > allowed { throw .outputTooLarge(codec: codec, limit: limit) }
            allowed -= written
            switch code {
            case Z_STREAM_END: return
            case Z_OK where written > 0 || consumed > 0: continue
            case Z_OK, Z_BUF_ERROR: throw .corrupt(codec: codec, detail: "the data ends too early")
            case Z_MEM_ERROR: throw .outOfMemory(codec: codec)
            default: throw .corrupt(codec: codec, detail: stream.msg.map { String(cString: $0) } ?? "code \(code)")
            }
        }
    }

    private static let codec = "gzip"
    /// The largest window (15), plus 32: gzip or zlib by the header.
    private static let detectWrapping: Int32 = 15 + 32
    private static let streamSize = Int32(MemoryLayout<z_stream>.size)
}
