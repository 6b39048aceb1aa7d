import CMicrohttpd
import Platform

extension RequestService {
    /// Queues a response on the connection. Runs on the event loop.
    func send(_ response: Response, _ exchange: Exchange) -> Bool {
        exchange.status = response.status
        let message: OpaquePointer?
        switch response.body {
        case .bytes(let buffer):
            exchange.bodyBytes = buffer.count
            message = MHD_create_response_from_buffer_with_free_callback_cls(
                buffer.count, UnsafeMutableRawPointer(mutating: buffer.bytes.baseAddress), releaseBuffer,
                Unmanaged.passRetained(buffer).toOpaque())
        case .stream(let stream):
            let body = StreamedBody(stream, exchange: exchange)
            message = MHD_create_response_from_callback(
                cmhd_unknown_size, responsePieceBytes, readPiece, Unmanaged.passRetained(body).toOpaque(), releaseBody)
        }
        guard let message else { return false }
        for (name, value) in response.headers.fields { MHD_add_response_header(message, name, value) }
        let queued = MHD_queue_response(exchange.connection, UInt32(response.status), message)
        MHD_destroy_response(message)
        return queued == .YES
    }
}

private func releaseBuffer(context: UnsafeMutableRawPointer?) {
    if let context { Unmanaged<ByteBuffer>.fromOpaque(context).release() }
}

private func releaseBody(context: UnsafeMutableRawPointer?) {
    if let context { Unmanaged<StreamedBody>.fromOpaque(context).release() }
}

private func readPiece(
    context: UnsafeMutableRawPointer?, position: UInt64, target: UnsafeMutablePointer<CChar>?, room: Int
) -> Int {
    guard let context, let target else { return cmhd_end_of_stream }
    let body = Unmanaged<StreamedBody>.fromOpaque(context).takeUnretainedValue()
    return body.read(into: UnsafeMutableRawBufferPointer(start: target, count: room)) ?? cmhd_end_of_stream
}

/// A stream and the part of its newest piece that was not sent yet. Used on the event loop only.
private final class StreamedBody {
    private let stream: any ResponseStream
    private let exchange: Exchange
    private let piece = ByteBuffer(capacity: responsePieceBytes)
    private var sent = 0
    private var isComplete = false

    init(_ stream: any ResponseStream, exchange: Exchange) {
        self.stream = stream
        self.exchange = exchange
    }

    /// Bytes written; nil at the end.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int? {
        while sent == piece.count {
            if isComplete { return nil }
            piece.removeAll()
            sent = 0
            isComplete = !stream.writePiece(to: piece)
        }
        let count = min(target.count, piece.count - sent)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece.bytes[sent..<sent + count]))
        sent += count
        exchange.bodyBytes += count
        return count
    }
}
