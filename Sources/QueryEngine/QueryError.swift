import PromQL

/// Why a query has no answer; the kinds are the API's error types.
package enum QueryError: Error, Sendable, CustomStringConvertible {
    /// `bad_data`: the text is no expression.
    case parse(ParseError)
    /// `bad_data`: a parameter of the request makes no sense (range query of a range vector, too many points, ...).
    case badParameter(String)
    /// `execution`
    case execution(String)
    /// `timeout`
    case timeout(String)
    /// `canceled`
    case canceled(String)
    /// `unavailable`: storage is not ready, or the queue is full.
    case unavailable(String)

    /// See `QueryOptions.mostWork`; nobody is told of it.
    static let tooMuchWork = QueryError.unavailable("more work than is done at once")

    package var description: String {
        switch self {
        case .parse(let error): return error.description
        case .badParameter(let text), .execution(let text), .timeout(let text), .canceled(let text),
            .unavailable(let text):
            return text
        }
    }
}
