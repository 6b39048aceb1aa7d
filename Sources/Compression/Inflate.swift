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
        let end = output.count + limit
        var rest = source
        repeat {
            guard try inflateMember(&stream, &rest, allowed: end - output.count, into: output) else {
                throw .outputTooLarge(codec: codec, limit: limit)
            }
            inflateReset(&stream)
        } while !rest.isEmpty
    }

    /// False when it gives more bytes than are allowed.
    private static func inflateMember(
        _ stream: inout z_stream, _ rest: inout UnsafeRawBufferPointer, allowed: Int, into output: ByteBuffer
    ) throws(CompressionError) -> Bool {
        var allowed = allowed
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
            if written > allowed { return false }
            allowed -= written
            switch code {
            case Z_STREAM_END: return true
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
