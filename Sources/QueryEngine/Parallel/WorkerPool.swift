import Platform

/// Work that threads can take part in while its owner waits for it.
protocol SharedWork: AnyObject, Sendable {
    /// Returns when nothing is left to do.
    func help()
}

/// Threads that help queries with large selections; all queries of an engine share them. They are started when the
/// first such query comes.
final class WorkerPool: Sendable {
    private struct State: Sendable {
        var isStarted = false
        var isStopped = false
        /// Once for each thread that is asked for, the oldest first.
        var waiting: [any SharedWork] = []
        var threads: [Thread] = []
    }

    /// Threads that compute, the query's own included.
    let threads: Int
    /// From so many numbers read or computed on help is worth its price.
    let threshold: Int
    private let state = Monitor(State())

    init(threads: Int, threshold: Int) {
        self.threads = max(threads, 1)
        self.threshold = threshold
    }

    deinit {
        let threads = state.withLock { state in
            state.isStopped = true
            return state.threads
        }
        state.notifyAll()
        for thread in threads { thread.join() }
    }

    /// Asks for help; whether and when it comes depends on what else is going on.
    func offer(_ work: any SharedWork) {
        state.withLock { state in
            if !state.isStarted {
                state.isStarted = true
                start(&state)
            }
            // Without threads the query's own does everything.
            for _ in state.threads { state.waiting.append(work) }
        }
        state.notifyAll()
    }

    /// No more help is needed.
    func withdraw(_ work: any SharedWork) { state.withLock { $0.waiting.removeAll { $0 === work } } }

    private func start(_ state: inout State) {
        for number in 1..<max(threads, 1) {
            let shared = self.state
            guard let thread = try? Thread(name: "query \(number)", body: { Self.work(shared) }) else { return }
            state.threads.append(thread)
        }
    }

    private static func work(_ shared: Monitor<State>) {
        while true {
            let work: (any SharedWork)?? = shared.wait { state in
                if state.isStopped { return .some(nil) }
                return state.waiting.isEmpty ? nil : .some(state.waiting.removeFirst())
            }
            guard case .some(.some(let work)) = work else { return }
            work.help()
        }
    }
}
