/// A request that was received whole.
package struct Request: Sendable {
    package var method: Method
    /// As sent (escapes and all), without the query.
    package var path: String
    /// What stands in the places of the route's `:name` parts, unescaped.
    package var pathParameters: [String: String] = [:]
    /// Form body and URL query, merged.
    package var parameters: Parameters
    package var headers: Headers
    /// The raw body; empty when it was a form, which is in `parameters`.
    package var body: [UInt8]
    package var client: ClientConnection
    /// The other side's address without its port; empty for requests that came over no socket.
    package var clientAddress = ""

    package init(
        _ method: Method, _ path: String, parameters: Parameters = .init(), headers: Headers = .init(),
        body: [UInt8] = [], client: ClientConnection = .init()
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters
        self.headers = headers
        self.body = body
        self.client = client
    }

    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
        case options = "OPTIONS"
        /// Any other; no route takes it.
        case other = "*"
    }
}
