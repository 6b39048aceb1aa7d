import Platform

/// Threads that run what may take long, and the bounded queue before them. Threads start when they are first
/// needed.
final class WorkerPool: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State {
        var queue: [Job] = []
        var idle = 0
        var threads: [Thread] = []
        var isClosed = false
    }

    private let state = Monitor(State())
    private let size: Int
    private let queueLimit: Int

    init(size: Int, queueLimit: Int) {
        self.size = max(size, 1)
        self.queueLimit = queueLimit
    }

    /// Runs the job on a worker, in order of submission. False when the queue is full or the pool is
    /// stopping.
    func submit(_ job: @escaping Job) -> Bool {
        let accepted = state.withLock { state in
            if state.isClosed { return false }
            if state.queue.count >= state.idle, state.threads.count < size { start(&state) }
            if state.threads.isEmpty || state.queue.count >= state.idle + queueLimit { return false }
            state.queue.append(job)
            return true
        }
        if accepted { state.notifyOne() }
        return accepted
    }

    /// Takes no more jobs; those that wait still run.
    func close() {
        state.withLock { $0.isClosed = true }
        state.notifyAll()
    }

    /// After `close`: returns when all jobs and threads have ended.
    func join() {
        for thread in state.withLock({ $0.threads }) { thread.join() }
    }

    private func start(_ state: inout State) {
        // A system that gives no thread leaves the work to the ones that run.
        guard let thread = try? Thread(name: "query-\(state.threads.count)", body: { [self] in run() }) else { return }
        state.threads.append(thread)
        // It is on its way to the queue and counts as idle until it takes its first job.
        state.idle += 1
    }

    private func run() {
        while let job = next() {
            job()
            state.withLock { $0.idle += 1 }
        }
    }

    /// Blocks for the next job; nil when the pool is closed and the queue is empty.
    private func next() -> Job? {
        state.wait { (state) -> Job?? in
            if !state.queue.isEmpty {
                state.idle -= 1
                return .some(state.queue.removeFirst())
            }
            return state.isClosed ? .some(nil) : nil
        }
    }
}
