import Glibc

/// State behind a lock on which threads can wait for a change: a mutex and a condition variable.
///
/// Where nobody waits, `Synchronization.Mutex` is cheaper. Not reentrant.
///
///     let queue = Monitor<[Job]>([])
///     queue.withLock { $0.append(job) }                  // producer
///     queue.notifyOne()
///     let job = queue.wait { $0.popLast() }              // consumer
package final class Monitor<State>: @unchecked Sendable {
    // Sendable: `state` is touched only while the mutex is held, and comes in as `sending`.
    private var state: State
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init(_ state: sending State) {
        self.state = state
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        changed.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        changed.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the lock held. Waiters look again only after `notifyOne` or `notifyAll`.
    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Blocks until `ready` returns a value; it is asked at once and after each notification, with the lock held.
    package func wait<Result>(for ready: (inout State) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = ready(&state) { return result }
            pthread_cond_wait(changed, mutex)
        }
    }

    /// As `wait(for:)`, but gives up and returns nil at a point of `SystemTime.monotonicNanoseconds`.
    package func wait<Result>(until deadline: UInt64, for ready: (inout State) -> Result?) -> Result? {
        var time = timespec(
            tv_sec: Int(min(deadline / 1_000_000_000, UInt64(Int32.max))),
            tv_nsec: Int(deadline % 1_000_000_000))
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = ready(&state) { return result }
            if pthread_cond_timedwait(changed, mutex, &time) == ETIMEDOUT { return ready(&state) }
        }
    }

    /// As `wait(for:)`, but gives up and returns nil after so many nanoseconds.
    package func wait<Result>(atMost nanoseconds: UInt64, for ready: (inout State) -> Result?) -> Result? {
        wait(until: SystemTime().monotonicNanoseconds() &+ nanoseconds, for: ready)
    }

    /// Lets one waiter look again.
    package func notifyOne() { pthread_cond_signal(changed) }

    /// Lets all waiters look again.
    package func notifyAll() { pthread_cond_broadcast(changed) }
}
