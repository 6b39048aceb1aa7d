import CMicrohttpd
import Model
import Platform
import Telemetry

/// Takes each request through its phases; shared by all event loops.
final class RequestService: Sendable {
    let router: Router
    let workers: WorkerPool
    let watcher: DisconnectWatcher
    private let maxBodyBytes: Int
    private let metrics: RequestMetrics
    private let logger: Logger
    private let clock: any TimeSource
    /// Requests that were begun and not ended.
    private let running = Monitor(0)

    init(
        options: HTTPServerOptions, router: Router, registry: MetricRegistry, logger: Logger, clock: any TimeSource
    ) throws(HTTPServerError) {
        self.router = router
        self.logger = logger
        self.clock = clock
        maxBodyBytes = options.maxBodyBytes
        workers = WorkerPool(size: options.workers, queueLimit: options.queueLimit)
        watcher = try DisconnectWatcher()
        metrics = RequestMetrics(registry: registry, patterns: router.routes.map(\.pattern))
    }

    func log(_ line: String) { logger.debug("http", ["message": line]) }

    /// True when no request was left by then (monotonic nanoseconds).
    func waitUntilIdle(until deadline: UInt64) -> Bool {
        running.wait(until: deadline) { $0 == 0 ? true : nil } ?? false
    }

    // MARK: - On the event loop

    func begin(target: String, connection: OpaquePointer, on loop: EventLoop.Context) -> Exchange {
        running.withLock { $0 += 1 }
        return Exchange(
            connection: connection, loop: loop, target: target, started: clock.monotonicNanoseconds())
    }

    func end(_ exchange: Exchange) {
        if exchange.status != 0 {
            let seconds = Double(clock.monotonicNanoseconds() &- exchange.started) / 1e9
            metrics.record(
                route: exchange.route, status: exchange.status, seconds: seconds, bytes: exchange.bodyBytes)
        }
        let isIdle = running.withLock { count in
            count -= 1
            return count == 0
        }
        if isIdle { running.notifyAll() }
    }

    /// Called again and again until a response was queued; `piece` is a part of the body. False closes the
    /// connection.
    func proceed(_ exchange: Exchange, method: UnsafePointer<CChar>, piece: UnsafeRawBufferPointer) -> Bool {
        switch exchange.phase {
        case .beginning:
            exchange.method = Request.Method(rawValue: String(cString: method)) ?? .other
            exchange.readHeaders()
            exchange.phase = .receivingBody
            let announced = exchange.headers["Content-Length"].flatMap { Int($0) } ?? 0
            if announced > maxBodyBytes { return refuseBody(exchange) }
            exchange.body.reserveCapacity(announced)
            return true
        case .receivingBody:
            if !piece.isEmpty {
                take(piece, exchange)
                return true
            }
            return exchange.isBodyTooLarge ? refuseBody(exchange) : dispatch(exchange)
        case .answered(let response):
            exchange.phase = .sending
            return send(response, exchange)
        case .working, .sending:
            return true
        }
    }

    private func take(_ piece: UnsafeRawBufferPointer, _ exchange: Exchange) {
        // What is too large is still read, so that the client gets to read the answer.
        if exchange.body.count + piece.count > maxBodyBytes {
            exchange.isBodyTooLarge = true
            exchange.body = []
        }
        if !exchange.isBodyTooLarge { exchange.body.append(contentsOf: piece) }
    }

    private func refuseBody(_ exchange: Exchange) -> Bool {
        exchange.phase = .sending
        let text = "request body is larger than the limit of \(maxBodyBytes) bytes"
        return send(.error(413, "bad_data", text), exchange)
    }

    /// The request is whole: answers it here or gives it to a worker.
    private func dispatch(_ exchange: Exchange) -> Bool {
        guard var request = exchange.request() else {
            exchange.phase = .sending
            return send(.error(400, "bad_data", "the form in the request's body is malformed"), exchange)
        }
        switch router.resolve(request.method, request.path) {
        case .refusal(let response):
            exchange.phase = .sending
            return send(Router.finished(response, for: request), exchange)
        case .route(let number, let pathParameters):
            exchange.route = number
            request.pathParameters = pathParameters
            switch router.routes[number].action {
            case .inline(let handler):
                exchange.phase = .sending
                return send(Self.prepared(handler(request), for: request), exchange)
            case .either(let handler, let isSoonDone) where isSoonDone(request):
                exchange.phase = .sending
                return send(Self.prepared(handler(request), for: request), exchange)
            case .worker(let handler), .either(let handler, _):
                handOver(request, suspend(request, exchange), handler)
            case .deferred(let handler):
                if let response = handler(request, { suspend(request, exchange) }) {
                    exchange.phase = .sending
                    return send(Self.prepared(response, for: request), exchange)
                }
            }
            return true
        }
    }

    private func handOver(
        _ request: Request, _ answer: @escaping @Sendable (Response) -> Void, _ handler: @escaping Router.Handler
    ) {
        let isAccepted = workers.submit {
            // Nobody reads the answer to a request whose client left while it waited.
            answer(
                request.client.isGone
                    ? .error(499, "canceled", "the client closed the connection") : handler(request))
        }
        if !isAccepted {
            answer(.error(503, "unavailable", "too many requests are waiting; try again later"))
        }
    }

    /// Lets the connection rest, with its client watched, until the result is called with the answer: once, on any
    /// thread.
    private func suspend(_ request: Request, _ exchange: Exchange) -> @Sendable (Response) -> Void {
        exchange.phase = .working
        let socket = cmhd_socket(exchange.connection)
        let watch = watcher.add(request.client, socket: socket)
        MHD_suspend_connection(exchange.connection)
        return { [watcher] response in
            exchange.phase = .answered(Self.prepared(response, for: request))
            watcher.remove(watch, socket: socket)
            exchange.loop.resume(exchange.connection)
        }
    }

    /// Ready to be sent.
    private static func prepared(_ response: Response, for request: Request) -> Response {
        ContentCoding.prepared(Router.finished(response, for: request), for: request)
    }
}
