import Synchronization

/// Threads that do something again and again: they wait for their turn or for the end. Thread safe.
package final class Background: Sendable {
    private let stopping = Monitor(false)
    private let threads = Mutex<[Thread]>([])

    package init() {}

    /// Runs `body` every `interval` milliseconds on a thread of its own until `stop`.
    package func run(
        name: String, every interval: Int64, priority: Thread.Priority = .normal, clock: any TimeSource,
        body: @escaping @Sendable () -> Void
    ) throws(ThreadError) {
        let stopping = stopping
        let thread = try Thread(name: name, stackSize: 512 * 1024, priority: priority) {
            while true {
                let deadline = clock.monotonicNanoseconds() + UInt64(max(1, interval)) * 1_000_000
                if stopping.wait(until: deadline, for: { $0 ? true : nil }) != nil { return }
                body()
            }
        }
        threads.withLock { $0.append(thread) }
    }

    /// Ends all threads and waits for them.
    package func stop() {
        stopping.withLock { $0 = true }
        stopping.notifyAll()
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in running { thread.join() }
    }
}
