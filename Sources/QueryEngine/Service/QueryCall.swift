/// A query as somebody asks for it.
package struct QueryCall: Sendable {
    package enum Times: Sendable {
        /// Milliseconds.
        case instant(Int64)
        case range(start: Int64, end: Int64, step: Int64)
    }

    /// Who asks; empty where it is not known.
    package struct Client: Sendable {
        /// Without a port: queries that wait take turns by it.
        package var address: String
        /// Of the client's users the one who asks, as the client says: they take turns in its share.
        package var user = ""
        package var userAgent: String
        /// Of the request: `GET`, `/api/v1/query`.
        package var method: String
        package var path: String

        package init(address: String = "", userAgent: String = "", method: String = "", path: String = "") {
            self.address = address
            self.userAgent = userAgent
            self.method = method
            self.path = path
        }
    }

    package var text: String
    package var times: Times
    package var client: Client
    package var options: QueryOptions

    package init(_ text: String, _ times: Times, client: Client = .init(), options: QueryOptions = .init()) {
        self.text = text
        self.times = times
        self.client = client
        self.options = options
    }
}
