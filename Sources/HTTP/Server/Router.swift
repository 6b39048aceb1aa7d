import Platform

/// Which handler answers which path. Filled before the server starts, then only read.
package struct Router: Sendable {
    package typealias Handler = @Sendable (Request) -> Response
    /// Returns the response, or soon nil after it has asked for what is called later with the response, exactly once,
    /// on any thread.
    package typealias DeferredHandler = @Sendable (Request, _ later: () -> @Sendable (Response) -> Void) -> Response?

    /// Where a handler runs.
    package enum Execution: Sendable {
        /// On the thread that serves many connections: for what answers within microseconds.
        case inline
        /// On a worker: for all that may wait or compute.
        case worker
    }

    /// What answers, and where it runs.
    enum Action: Sendable {
        case inline(Handler)
        case worker(Handler)
        /// In the handler's thread what is told to be soon done, else on a worker.
        case either(Handler, isSoonDone: @Sendable (Request) -> Bool)
        /// The handler looks for its own thread.
        case deferred(DeferredHandler)
    }

    /// One path and its methods.
    struct Route: Sendable {
        /// `/api/v1/label/:name/values`; names the route in metrics.
        var pattern: String
        var methods: [Request.Method]
        var action: Action
    }

    /// What is to be done with a request.
    enum Resolution {
        /// The route's number, and what stands in its `:name` parts.
        case route(Int, [String: String])
        case refusal(Response)
    }

    private(set) var routes: [Route] = []
    /// Route numbers of patterns without `:` parts, and those with.
    private var literal: [String: [Int]] = [:]
    private var parametric: [(pattern: PathPattern, route: Int)] = []

    package init() {}

    /// Adds a route. A part that begins with `:` takes one path segment into `pathParameters`. GET includes
    /// HEAD.
    package mutating func add(
        _ methods: [Request.Method], _ pattern: String, _ execution: Execution, _ handler: @escaping Handler
    ) {
        add(methods, pattern, execution == .inline ? .inline(handler) : .worker(handler))
    }

    /// Adds a route that is answered in place when `isSoonDone` says so, else on a worker.
    package mutating func add(
        _ methods: [Request.Method], _ pattern: String, isSoonDone: @escaping @Sendable (Request) -> Bool,
        _ handler: @escaping Handler
    ) {
        add(methods, pattern, .either(handler, isSoonDone: isSoonDone))
    }

    /// Adds a route whose handler answers later.
    package mutating func addDeferred(
        _ methods: [Request.Method], _ pattern: String, _ handler: @escaping DeferredHandler
    ) {
        add(methods, pattern, .deferred(handler))
    }

    private mutating func add(_ methods: [Request.Method], _ pattern: String, _ action: Action) {
        let all = methods.contains(.get) ? methods + [.head] : methods
        if pattern.contains(":") {
            parametric.append((PathPattern(pattern), routes.count))
        } else {
            literal[pattern, default: []].append(routes.count)
        }
        routes.append(Route(pattern: pattern, methods: all, action: action))
    }

    /// Answers on the calling thread, or waits for a deferred answer; for tests and embedding.
    package func respond(to request: Request) -> Response {
        switch resolve(request.method, request.path) {
        case .refusal(let response): return Self.finished(response, for: request)
        case .route(let number, let pathParameters):
            var request = request
            request.pathParameters = pathParameters
            return Self.finished(Self.response(of: routes[number].action, to: request), for: request)
        }
    }

    private static func response(of action: Action, to request: Request) -> Response {
        switch action {
        case .inline(let handler), .worker(let handler), .either(let handler, _): return handler(request)
        case .deferred(let handler):
            let answer = Monitor<Response?>(nil)
            let response = handler(request) {
                { response in
                    answer.withLock { $0 = response }
                    answer.notifyAll()
                }
            }
            return response ?? answer.wait { $0 }
        }
    }

    func resolve(_ method: Request.Method, _ path: String) -> Resolution {
        var allowed: [Request.Method] = []
        for number in literal[path] ?? [] {
            if routes[number].methods.contains(method) { return .route(number, [:]) }
            allowed += routes[number].methods
        }
        for (pattern, number) in parametric where allowed.isEmpty {
            guard let found = pattern.match(path) else { continue }
            if routes[number].methods.contains(method) { return .route(number, found) }
            allowed += routes[number].methods
        }
        return .refusal(Self.refusal(method, path, allowed))
    }

    /// Adds the fields that every response carries.
    static func finished(_ response: Response, for request: Request) -> Response {
        if request.headers["Origin"] == nil { return response }
        var response = response
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Authorization, Content-Type, Origin"
        response.headers["Access-Control-Expose-Headers"] = "Date"
        return response
    }

    private static func refusal(_ method: Request.Method, _ path: String, _ allowed: [Request.Method]) -> Response {
        if method == .options { return Response(status: 204) }
        if allowed.isEmpty { return .error(404, "not_found", "page not found: \(path)") }
        let methods = (allowed + [.options]).map(\.rawValue).joined(separator: ", ")
        var response = Response.error(405, "bad_data", "\(path) does not take this method, only \(methods)")
        response.headers["Allow"] = methods
        return response
    }
}
