import CShims
import Glibc
import Synchronization

/// A thread of the operating system with a name that tools show.
///
/// The server's long-lived work runs on these, not on Swift's cooperative pool, which has one thread per core and
/// must never block.
package final class Thread: Sendable {
    package enum Priority: Sendable {
        case normal
        /// Gets what others leave over: a tenth of a core that all want.
        case low
    }

    private let handle: pthread_t
    private let joined = Atomic(false)

    /// Starts `body` on a new thread.
    /// - Parameters:
    ///   - name: shown by ps and gdb; the system keeps the first 15 bytes.
    ///   - stackSize: bytes, rounded up to whole pages; nil takes the system's default (8 MiB, committed on use).
    package init(
        name: String, stackSize: Int? = nil, priority: Priority = .normal, body: @escaping @Sendable () -> Void
    ) throws(ThreadError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let stackSize {
            let page = Int(sysconf(Int32(_SC_PAGESIZE)))
            let pages = (max(stackSize, Self.smallestStack) + page - 1) / page
            pthread_attr_setstacksize(&attributes, pages * page)
        }
        let start = Unmanaged.passRetained(ThreadStart(name: name, priority: priority, body: body))
        var handle = pthread_t()
        let code = pthread_create(&handle, &attributes, { runThread($0) }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw ThreadError(name: name, detail: systemText(code))
        }
        self.handle = handle
    }

    deinit {
        if !joined.load(ordering: .relaxed) { pthread_detach(handle) }
    }

    /// Waits until the body has returned. Only the first call waits.
    package func join() {
        if joined.exchange(true, ordering: .relaxed) { return }
        pthread_join(handle, nil)
    }

    /// Swift code needs more than the system's minimum of 16 KiB.
    private static let smallestStack = 64 * 1024
}

/// A thread could not be started.
package struct ThreadError: Error, Sendable, CustomStringConvertible {
    package var name: String
    package var detail: String

    package var description: String { "start thread \(name): \(detail)" }
}

private final class ThreadStart: Sendable {
    let name: String
    let priority: Thread.Priority
    let body: @Sendable () -> Void

    init(name: String, priority: Thread.Priority, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.priority = priority
        self.body = body
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    cshims_name_this_thread(String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
    // Linux takes 0 for the calling thread, not for the whole process. A thread that stays as it is does no harm.
    if start.priority == .low { _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, 10) }
    start.body()
    return nil
}
