import CMicrohttpd
import Synchronization

/// Watches the sockets of requests that are being worked on and tells their `ClientConnection` when the other
/// side closes: libmicrohttpd does not look at suspended connections. `run` has a thread of its own.
final class DisconnectWatcher: Sendable {
    private struct State {
        var clients: [UInt64: ClientConnection] = [:]
        var lastIdentifier = stopIdentifier
    }

    private let state = Mutex(State())
    private let epoll: Int32
    private let wake: Int32

    /// Reported to end the thread.
    private static let stopIdentifier: UInt64 = 0

    init() throws(HTTPServerError) {
        epoll = cmhd_watch_create()
        wake = cmhd_wake_create()
        if epoll < 0 || wake < 0 {
            throw HTTPServerError("cannot watch connections: no file descriptors left (ulimit -n)")
        }
    }

    deinit {
        cmhd_close(epoll)
        cmhd_close(wake)
    }

    /// Begins to watch; the result ends it.
    func add(_ client: ClientConnection, socket: Int32) -> UInt64 {
        let identifier = state.withLock { state in
            state.lastIdentifier += 1
            state.clients[state.lastIdentifier] = client
            return state.lastIdentifier
        }
        cmhd_watch_add(epoll, socket, identifier)
        return identifier
    }

    /// Must be called before the socket can be closed.
    func remove(_ identifier: UInt64, socket: Int32) {
        cmhd_watch_remove(epoll, socket)
        _ = state.withLock { $0.clients.removeValue(forKey: identifier) }
    }

    /// The clients whose requests are being worked on or wait for a worker.
    var clients: [ClientConnection] { state.withLock { Array($0.clients.values) } }

    /// Tells all clients' requests to end.
    func abandonAll() {
        for client in clients { client.markGone() }
    }

    /// Ends `run`.
    func stop() { cmhd_watch_wake(epoll, wake, Self.stopIdentifier) }

    func run() {
        var identifiers = [UInt64](repeating: 0, count: 64)
        while true {
            let count = Int(cmhd_watch_wait(epoll, &identifiers, Int32(identifiers.count)))
            for identifier in identifiers[..<count] {
                if identifier == Self.stopIdentifier { return }
                // A request that has just ended is not there any more.
                state.withLock { $0.clients[identifier] }?.markGone()
            }
        }
    }
}
