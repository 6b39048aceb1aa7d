import Platform

/// A request this process sends.
package struct OutgoingRequest: Sendable {
    package var method = "GET"
    package var url: String
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8] = []
    /// Milliseconds for the whole exchange.
    package var timeout: Int64 = 30_000
    /// Ask for gzip and unpack it.
    package var acceptsCompression = true
    /// Larger (unpacked) bodies fail; 0 is no limit.
    package var maxBodyBytes = 0

    package init(url: String) { self.url = url }

    /// Without a body, and equal but for the address and the limit of the answer.
    func isLike(_ other: OutgoingRequest) -> Bool {
        body.isEmpty && other.body.isEmpty && method == other.method && timeout == other.timeout
            && acceptsCompression == other.acceptsCompression && headers.elementsEqual(other.headers, by: ==)
    }
}

/// What came back.
package struct IncomingReply: Sendable {
    package var status: Int
    package var contentType: String
    package var body: [UInt8]

    package init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// Why nothing came back; the text names the URL and the reason.
package struct HTTPClientError: Error, Sendable, CustomStringConvertible {
    package var description: String
    package var isTimeout: Bool
    /// The answer is longer than was asked for.
    package var isOverLimit: Bool

    package init(_ description: String, isTimeout: Bool = false, isOverLimit: Bool = false) {
        self.description = description
        self.isTimeout = isTimeout
        self.isOverLimit = isOverLimit
    }
}

/// One blocking exchange; for the command line. Scrapes go through `HTTPFetcher`.
package enum HTTPClient {
    package static func send(_ request: OutgoingRequest) throws(HTTPClientError) -> IncomingReply {
        let transfer = try HTTPTransfer()
        try transfer.configure(request, body: ByteBuffer())
        let page = try transfer.perform()
        return IncomingReply(
            status: page.status, contentType: page.contentType, body: [UInt8](page.body.bytes))
    }
}
