import CMicrohttpd
import Platform
import Synchronization
import Telemetry

/// Settings of the server.
package struct HTTPServerOptions: Sendable {
    /// `host:port`, `:port` for all interfaces, `[::1]:port`; port 0 lets the system choose.
    package var addresses: [String]
    /// Requests that run at once on worker threads (`--query.max-concurrency`).
    package var workers = 20
    /// Requests that may wait for a worker; more are answered with 503.
    package var queueLimit = 1024
    package var maxConnections = 4096
    /// Larger request bodies are answered with 413.
    package var maxBodyBytes = 32 << 20
    /// Seconds after which an idle connection is closed.
    package var idleTimeout = 300

    package init(addresses: [String]) { self.addresses = addresses }
}

/// Why the server could not start, and what to do.
package struct HTTPServerError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Listens, reads requests, runs handlers and sends what they return.
///
/// Each address is served by event loops on threads of their own; handlers that may wait run on workers, with
/// their connection suspended.
package final class HTTPServer: Sendable {
    /// The addresses it listens on, with the ports the system chose: `127.0.0.1:9090`.
    package let addresses: [String]

    let service: RequestService
    private let loops: [EventLoop]
    private let threads: [Thread]
    private let clock: any TimeSource
    private let isStopped = Atomic(false)

    private static let loopsPerAddress = 2
    /// Nanoseconds that cancelled requests have to end.
    private static let cancellationPatience: UInt64 = 2_000_000_000

    /// Binds all addresses and starts to answer.
    package init(
        options: HTTPServerOptions, router: Router, registry: MetricRegistry, logger: Logger, clock: any TimeSource
    ) throws(HTTPServerError) {
        self.clock = clock
        var bound: [ListenAddress.Bound] = []
        // The loops have duplicates.
        defer { for one in bound { cmhd_close(one.socket) } }
        for text in options.addresses { bound.append(try ListenAddress.bind(text)) }
        service = try RequestService(
            options: options, router: router, registry: registry, logger: logger, clock: clock)
        var loops: [EventLoop] = []
        let count = max(1, bound.count) * Self.loopsPerAddress
        for one in bound {
            for _ in 0..<Self.loopsPerAddress {
                loops.append(
                    try EventLoop(
                        socket: one.socket, service: service, connectionLimit: max(1, options.maxConnections / count),
                        idleTimeout: options.idleTimeout))
            }
        }
        self.loops = loops
        addresses = bound.map(\.text)
        do {
            var threads = [try Thread(name: "http-watch") { [watcher = service.watcher] in watcher.run() }]
            for (number, loop) in loops.enumerated() {
                threads.append(try Thread(name: "http-\(number)") { loop.run() })
            }
            self.threads = threads
        } catch {
            throw HTTPServerError(error.description)
        }
    }

    /// Takes no new connections, lets running requests end for up to `grace` milliseconds, then cancels them.
    /// Returns when every thread has ended. Further calls do nothing.
    package func stop(grace: Int64) {
        if isStopped.exchange(true, ordering: .relaxed) { return }
        for loop in loops { loop.drain() }
        let deadline = clock.monotonicNanoseconds() + UInt64(max(grace, 0)) * 1_000_000
        _ = service.waitUntilIdle(until: deadline)
        // Connections that are still open may send requests to the very end.
        service.workers.close()
        if !service.watcher.clients.isEmpty {
            service.watcher.abandonAll()
            _ = service.waitUntilIdle(until: clock.monotonicNanoseconds() + Self.cancellationPatience)
        }
        service.watcher.stop()
        // A handler that does not end keeps its connection suspended, and the library cannot stop a daemon
        // that has such: the threads end with the process.
        guard service.watcher.clients.isEmpty else { return }
        service.workers.join()
        for loop in loops { loop.stop() }
        for thread in threads { thread.join() }
    }
}
