import Model
import Platform

/// The answer to a request.
package struct Response: @unchecked Sendable {
    // Sendable: a handler gives its response away when it returns; from then on only the server touches the
    // body, one thread at a time.

    package var status: Int
    package var headers: Headers
    package var body: Body

    package enum Body {
        case bytes(ByteBuffer)
        /// Of unknown length; sent in chunks as the client takes them.
        case stream(any ResponseStream)
    }

    package init(status: Int = 200, contentType: String? = nil, body: Body = .bytes(ByteBuffer())) {
        self.status = status
        self.body = body
        headers = Headers(contentType.map { [("Content-Type", $0)] } ?? [])
    }

    package init(status: Int = 200, text: String, contentType: String = "text/plain; charset=utf-8") {
        let buffer = ByteBuffer(capacity: text.utf8.count)
        buffer.append(text)
        self.init(status: status, contentType: contentType, body: .bytes(buffer))
    }

    /// Sends the client elsewhere (302).
    package static func redirect(to location: String) -> Response {
        var response = Response(status: 302)
        response.headers["Location"] = location
        return response
    }

    /// What every failure looks like: `{"status":"error","errorType":…,"error":…}`.
    package static func error(_ status: Int, _ type: String, _ message: String) -> Response {
        let buffer = ByteBuffer()
        buffer.append("{\"status\":\"error\",\"errorType\":")
        JSONText.write(type, to: buffer)
        buffer.append(",\"error\":")
        JSONText.write(message, to: buffer)
        buffer.append("}")
        return Response(status: status, contentType: "application/json", body: .bytes(buffer))
    }
}

/// Writes a long body piece by piece, each piece when the client has taken the one before.
package protocol ResponseStream: AnyObject {
    /// Appends the next piece, about `responsePieceBytes`. False when that was the last one. Must not block:
    /// it runs between the pieces of other connections.
    func writePiece(to buffer: ByteBuffer) -> Bool
}

/// The size of a response stream's pieces.
package let responsePieceBytes = 64 << 10
