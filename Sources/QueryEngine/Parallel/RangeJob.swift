import Platform

/// The same work for runs of numbers from 0 on, by all threads that help.
final class RangeJob: SharedWork {
    private struct State: Sendable {
        var next = 0
        var running = 0
        var failure: QueryError?
    }

    /// Numbers in a run.
    private static let size = 1024

    private let count: Int
    private let limits: QueryLimits
    private let body: @Sendable (Range<Int>) -> Void
    private let state = Monitor(State())

    init(count: Int, limits: QueryLimits, _ body: @escaping @Sendable (Range<Int>) -> Void) {
        self.count = count
        self.limits = limits
        self.body = body
    }

    /// Returns when everything is done, or nothing of it goes on any more.
    func run(_ workers: WorkerPool) throws(QueryError) {
        let isShared = workers.threads > 1 && count > 2 * Self.size
        if isShared { workers.offer(self) }
        help()
        if isShared { workers.withdraw(self) }
        let failure: QueryError?? = state.wait { state in state.running == 0 ? .some(state.failure) : nil }
        if case .some(.some(let failure)) = failure { throw failure }
    }

    func help() {
        while let range = claim() {
            var failure: QueryError?
            do throws(QueryError) {
                try limits.checkpoint()
                body(range)
            } catch {
                failure = error
            }
            state.withLock { state in
                state.running -= 1
                if let failure {
                    state.failure = state.failure ?? failure
                    state.next = count
                }
            }
            state.notifyAll()
        }
    }

    private func claim() -> Range<Int>? {
        state.withLock { state in
            guard state.next < count else { return nil }
            let range = state.next..<min(state.next + Self.size, count)
            state.next = range.upperBound
            state.running += 1
            return range
        }
    }
}
