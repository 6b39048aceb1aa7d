import HTTP
import Model
import QueryEngine

/// A failed request in Prometheus's terms.
struct APIError: Error {
    enum Kind: String {
        case badData = "bad_data"
        case execution
        case canceled
        case timeout
        case `internal`
        case notFound = "not_found"
        case unavailable
        case forbidden

        var status: Int {
            switch self {
            case .badData: 400
            case .execution: 422
            case .canceled: 499
            case .timeout, .unavailable: 503
            case .internal: 500
            case .notFound: 404
            case .forbidden: 403
            }
        }
    }

    var kind: Kind
    var message: String
    /// Of the answer.
    var status: Int

    /// - Parameter status: where Prometheus answers with another one than that of the kind.
    init(_ kind: Kind, _ message: String, status: Int? = nil) {
        self.kind = kind
        self.message = message
        self.status = status ?? kind.status
    }

    /// `invalid parameter "step": …`
    static func parameter(_ name: String, _ problem: String) -> APIError {
        APIError(.badData, "invalid parameter \(GoText.quoted(name)): \(problem)")
    }

    init(_ error: QueryError) {
        switch error {
        case .parse, .badParameter: self = .parameter("query", error.description)
        case .execution(let text): self.init(.execution, text)
        case .timeout(let text): self.init(.timeout, text)
        case .canceled(let text): self.init(.canceled, text)
        case .unavailable(let text): self.init(.unavailable, text)
        }
    }

    var response: Response { .error(status, kind.rawValue, message) }
}
