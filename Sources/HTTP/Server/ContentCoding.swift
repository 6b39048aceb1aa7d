import Compression
import Platform

/// Makes a response ready for the wire: short streams become plain bodies of known length, and what is worth
/// it is packed for clients that take gzip.
enum ContentCoding {
    /// Streams up to this many bytes are written out at once.
    private static let streamThreshold = 4 * responsePieceBytes
    /// Shorter bodies go as they are.
    private static let gzipThreshold = 1024

    static func prepared(_ response: Response, for request: Request) -> Response {
        var response = response
        if case .stream(let stream) = response.body { response.body = collected(stream) }
        let isPacked = response.headers["Content-Encoding"] != nil
        if isPacked || !accepts("gzip", request.headers["Accept-Encoding"] ?? "") { return response }
        switch response.body {
        case .bytes(let buffer):
            if buffer.count < gzipThreshold { return response }
            guard let compressor = try? GzipCompressor() else { return response }
            let packed = ByteBuffer(capacity: buffer.count / 4)
            compressor.update(buffer.bytes, into: packed)
            compressor.finish(into: packed)
            response.body = .bytes(packed)
        case .stream(let stream):
            guard let compressor = try? GzipCompressor() else { return response }
            response.body = .stream(GzipStream(stream, compressor))
        }
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        return response
    }

    /// Whether an Accept-Encoding field names the coding with a weight above 0 (RFC 9110, 12.5.3).
    static func accepts(_ coding: String, _ field: String) -> Bool {
        for entry in field.split(separator: ",") {
            let parts = entry.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let name = parts.first, name == coding || name == "*" else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return weight > 0
        }
        return false
    }

    /// The whole body when it is short, else a stream that begins with what was written already.
    private static func collected(_ stream: any ResponseStream) -> Response.Body {
        let buffer = ByteBuffer(capacity: responsePieceBytes)
        while stream.writePiece(to: buffer) {
            if buffer.count >= streamThreshold { return .stream(ContinuedStream(buffer, stream)) }
        }
        return .bytes(buffer)
    }
}

/// Bytes, then the rest of a stream.
private final class ContinuedStream: ResponseStream {
    private var beginning: ByteBuffer?
    private let rest: any ResponseStream

    init(_ beginning: ByteBuffer, _ rest: any ResponseStream) {
        self.beginning = beginning
        self.rest = rest
    }

    func writePiece(to buffer: ByteBuffer) -> Bool {
        guard let beginning else { return rest.writePiece(to: buffer) }
        buffer.append(beginning.bytes)
        self.beginning = nil
        return true
    }
}

/// Another stream, packed.
private final class GzipStream: ResponseStream {
    private let plain: any ResponseStream
    private let compressor: GzipCompressor
    private let piece = ByteBuffer(capacity: responsePieceBytes)

    init(_ plain: any ResponseStream, _ compressor: GzipCompressor) {
        self.plain = plain
        self.compressor = compressor
    }

    func writePiece(to buffer: ByteBuffer) -> Bool {
        piece.removeAll()
        let isMore = plain.writePiece(to: piece)
        compressor.update(piece.bytes, into: buffer)
        if !isMore { compressor.finish(into: buffer) }
        return isMore
    }
}
