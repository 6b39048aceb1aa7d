import CMicrohttpd
import Platform
import Synchronization

/// One libmicrohttpd daemon and the loop that drives it. `run` has a thread of its own.
final class EventLoop: @unchecked Sendable {
    // Sendable: the daemon is used on the loop's thread only, but for resuming connections, which the library
    // allows from any thread.

    private enum Phase: Int {
        case serving
        /// Takes no new connections.
        case draining
        case ended
    }

    /// What the daemon's callbacks get.
    final class Context: Sendable {
        let service: RequestService
        /// An eventfd.
        let wake: Int32

        init(service: RequestService) throws(HTTPServerError) {
            self.service = service
            wake = cmhd_wake_create()
            if wake < 0 { throw HTTPServerError("cannot start the HTTP server: no file descriptors left (ulimit -n)") }
        }

        deinit { cmhd_close(wake) }

        /// Lets the daemon go on with a suspended connection. May be called from any thread.
        func resume(_ connection: OpaquePointer) {
            MHD_resume_connection(connection)
            // The library's own signal is lost when it arrives while the daemon works: with an external loop,
            // 0.9.75 eats it without looking for resumed connections again.
            cmhd_wake(wake)
        }
    }

    private let daemon: OpaquePointer
    /// Both are kept by the daemon.
    private let settings: UnsafeMutablePointer<cmhd_settings>
    private let context: Context
    private let phase = Atomic(Phase.serving.rawValue)

    /// Request line and header fields must fit: a URL of 128 KiB does. The library zeroes this much after
    /// each request.
    private static let connectionMemory = 144 << 10

    /// Serves connections of a listening socket, which it shares with other loops: takes a duplicate.
    init(
        socket: Int32, service: RequestService, connectionLimit: Int, idleTimeout: Int
    ) throws(HTTPServerError) {
        context = try Context(service: service)
        settings = .allocate(capacity: 1)
        settings.initialize(
            to: cmhd_settings(
                connection_limit: UInt32(connectionLimit), connection_memory: Self.connectionMemory,
                idle_timeout: UInt32(idleTimeout), handler: receiveRequest, target_callback: beginRequest,
                completed: endRequest, log: logLibraryLine, context: Unmanaged.passUnretained(context).toOpaque()))
        let own = cmhd_duplicate(socket)
        guard own >= 0, let daemon = cmhd_start(own, settings) else {
            settings.deallocate()
            throw HTTPServerError("cannot start the HTTP server: no file descriptors or memory left (ulimit -n)")
        }
        self.daemon = daemon
    }

    deinit { settings.deallocate() }

    /// From now on new connections are refused; those that exist are served.
    func drain() { enter(.draining) }

    /// Ends `run` and closes all connections. No connection may be suspended.
    func stop() { enter(.ended) }

    func run() {
        var isListening = true
        while true {
            let phase = phase.load(ordering: .acquiring)
            if isListening, phase != Phase.serving.rawValue {
                cmhd_close(MHD_quiesce_daemon(daemon))
                isListening = false
            }
            if phase == Phase.ended.rawValue { return MHD_stop_daemon(daemon) }
            cmhd_run_once(daemon, context.wake)
        }
    }

    private func enter(_ next: Phase) {
        phase.store(next.rawValue, ordering: .releasing)
        cmhd_wake(context.wake)
    }
}

// The library's callbacks. `request` is a retained `Exchange`, from
// the callback that begins a request to the one that ends it, which runs for broken requests too.

private func loop(_ pointer: UnsafeMutableRawPointer?) -> EventLoop.Context? {
    pointer.map { Unmanaged<EventLoop.Context>.fromOpaque($0).takeUnretainedValue() }
}

private func beginRequest(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let loop = loop(context), let target, let connection else { return nil }
    let exchange = loop.service.begin(target: String(cString: target), connection: connection, on: loop)
    return Unmanaged.passRetained(exchange).toOpaque()
}

private func receiveRequest(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, path: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, bytes: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let service = loop(context)?.service, let method, let size, let pointer = request?.pointee else { return .NO }
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    let piece = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : size.pointee)
    size.pointee = 0
    return service.proceed(exchange, method: method, piece: piece) ? .YES : .NO
}

private func endRequest(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_RequestTerminationCode
) {
    guard let service = loop(context)?.service, let pointer = request?.pointee else { return }
    request?.pointee = nil
    service.end(Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue())
}

private func logLibraryLine(context: UnsafeMutableRawPointer?, line: UnsafePointer<CChar>?) {
    guard let line else { return }
    loop(context)?.service.log(String(cString: line))
}
