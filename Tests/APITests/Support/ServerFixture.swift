import Foundation
import Platform
import Synchronization
import Telemetry

@testable import HTTP

/// A server on a port of the system's choice.
final class ServerFixture {
    let server: HTTPServer
    let registry = MetricRegistry()
    let log = LogLines()

    init(
        _ router: Router, adjust: (inout HTTPServerOptions) -> Void = { _ in }
    ) throws {
        var options = HTTPServerOptions(addresses: ["127.0.0.1:0"])
        adjust(&options)
        let log = log
        server = try HTTPServer(
            options: options, router: router, registry: registry,
            logger: Logger(minimum: .debug, clock: SystemTime()) { log.add($0) }, clock: SystemTime())
    }

    deinit { server.stop(grace: 0) }

    var address: String { server.addresses[0] }

    func client() throws -> SocketClient { try SocketClient(address) }

    /// Waits until this many requests are with the workers, and this many of their clients have left.
    func waitForWork(requests: Int, gone: Int = 0) -> Bool {
        let deadline = SystemTime().monotonicNanoseconds() + 10_000_000_000
        while SystemTime().monotonicNanoseconds() < deadline {
            let clients = server.service.watcher.clients
            if clients.count == requests, clients.filter(\.isGone).count == gone { return true }
            usleep(1000)
        }
        return false
    }

    /// One request on a connection of its own.
    func send(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: String? = nil
    ) throws -> Reply {
        let client = try client()
        try client.send(method, target, headers: headers, body: body.map { .init($0.utf8) })
        return try client.receive(isHead: method == "HEAD")
    }
}

final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// Something that happens once on another thread, and waiting for it.
final class Signal: Sendable {
    private let state = Monitor(false)

    func raise() {
        state.withLock { $0 = true }
        state.notifyAll()
    }

    /// False when it did not happen within the time.
    func wait(seconds: Double = 10) -> Bool {
        let deadline = SystemTime().monotonicNanoseconds() + UInt64(seconds * 1e9)
        return state.wait(until: deadline) { $0 ? true : nil } ?? false
    }
}
