import CMicrohttpd

/// One request on its way through the server, from the first line to the last byte of the response.
final class Exchange: @unchecked Sendable {
    // Sendable: belongs to the event loop's thread; while the connection is suspended, to the worker that
    // runs the handler. The library orders the two.

    enum Phase {
        /// The header fields are there, the body not yet.
        case beginning
        case receivingBody
        /// A handler runs or waits for a worker; the connection is suspended.
        case working
        case answered(Response)
        case sending
    }

    /// `MHD_Connection *`; valid until the exchange ends.
    let connection: OpaquePointer
    let loop: EventLoop.Context
    /// Path and query as sent.
    let target: String
    /// Nanoseconds on the monotonic clock.
    let started: UInt64

    var phase = Phase.beginning
    var method = Request.Method.other
    var headers = Headers()
    var body: [UInt8] = []
    var isBodyTooLarge = false
    /// The route's number; nil for what no route takes.
    var route: Int?

    var status = 0
    /// Bytes of the body as they went out, compressed or not.
    var bodyBytes = 0

    init(connection: OpaquePointer, loop: EventLoop.Context, target: String, started: UInt64) {
        self.connection = connection
        self.loop = loop
        self.target = target
        self.started = started
    }

    func readHeaders() {
        var fields: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &fields) { pointer in
            cmhd_each_header(connection, appendHeader, pointer)
        }
        headers = Headers(fields)
    }

    /// The request as handlers see it; nil when its form cannot be read. Takes the body.
    func request() -> Request? {
        let parts = Self.originForm(target).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var result = Request(method, String(parts.first ?? ""), headers: headers)
        result.clientAddress = clientAddress()
        let type = (headers["Content-Type"] ?? "").lowercased()
        if type.hasPrefix("application/x-www-form-urlencoded") {
            result.parameters = body.withUnsafeBytes { Parameters(urlEncoded: $0) }
        } else if type.hasPrefix("multipart/form-data") {
            guard let form = multipartForm() else { return nil }
            result.parameters = form
        } else {
            result.body = body
        }
        body = []
        if parts.count > 1 {
            var query = String(parts[1])
            result.parameters.append(query.withUTF8 { Parameters(urlEncoded: UnsafeRawBufferPointer($0)) })
        }
        return result
    }

    private func clientAddress() -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            guard let start = text.baseAddress else { return "" }
            cmhd_client_address(connection, start, text.count)
            return String(cString: start)
        }
    }

    /// Path and query of a target that may name the server too, as clients send it to proxies (RFC 9112,
    /// 3.2.2).
    private static func originForm(_ target: String) -> Substring {
        guard target.hasPrefix("http://") else { return Substring(target) }
        let authority = target.dropFirst("http://".count)
        return authority.firstIndex(of: "/").map { authority[$0...] } ?? "/"
    }

    private func multipartForm() -> Parameters? {
        var fields: [(name: String, value: [UInt8])] = []
        let isWellFormed = body.withUnsafeBytes { bytes in
            withUnsafeMutablePointer(to: &fields) { pointer in
                cmhd_parse_multipart(
                    connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, appendPart,
                    pointer)
            }
        }
        // The library takes a body without any part for a preamble.
        if !isWellFormed || fields.isEmpty && !body.isEmpty { return nil }
        return Parameters(fields.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) })
    }
}

private func appendHeader(
    context: UnsafeMutableRawPointer?, name: UnsafePointer<CChar>?, nameSize: Int, value: UnsafePointer<CChar>?,
    valueSize: Int
) {
    let fields = context?.assumingMemoryBound(to: [(name: String, value: String)].self)
    fields?.pointee.append((text(name, nameSize), text(value, valueSize)))
}

/// A value comes in pieces; the first has offset 0.
private func appendPart(
    context: UnsafeMutableRawPointer?, name: UnsafePointer<CChar>?, bytes: UnsafePointer<CChar>?, size: Int, offset: Int
) {
    guard let fields = context?.assumingMemoryBound(to: [(name: String, value: [UInt8])].self), let name else { return }
    if offset == 0 { fields.pointee.append((String(cString: name), [])) }
    let piece = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : size)
    fields.pointee[fields.pointee.count - 1].value.append(contentsOf: piece)
}

private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count), as: UTF8.self)
}
