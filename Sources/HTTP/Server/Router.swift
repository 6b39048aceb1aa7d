/// Which handler answers which path. Filled before the server starts, then only read.
package struct Router: Sendable {
    package typealias Handler = @Sendable (Request) -> Response

    /// Where a handler runs.
    package enum Execution: Sendable {
        /// On the thread that serves many connections: for what answers within microseconds.
        case inline
        /// On a query worker: for all that may wait or compute.
        case worker
    }

    /// One path and its methods.
    package struct Route: Sendable {
        /// `/api/v1/label/:name/values`; names the route in metrics.
        package var pattern: String
        package var execution: Execution
        package var methods: [Request.Method]
        package var handler: Handler
    }

    private var routes: [Route] = []

    package init() {}

    /// Adds a route. A part that begins with `:` takes one path segment into `pathParameters`. GET includes HEAD.
    package mutating func add(
        _ methods: [Request.Method], _ pattern: String, _ execution: Execution, _ handler: @escaping Handler
    ) {
        let all = methods.contains(.get) ? methods + [.head] : methods
        routes.append(Route(pattern: pattern, execution: execution, methods: all, handler: handler))
    }

    /// Answers on the calling thread, whatever the route says; for tests and embedding.
    package func respond(to request: Request) -> Response {
        Response.error(404, "not_found", "page not found")
    }
}
