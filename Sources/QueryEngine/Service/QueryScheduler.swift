import Platform

/// Threads that evaluate queries, and the bounded queue before them, in which clients take turns. What waits longer
/// than it may is turned away at its deadline. Threads start when they are first needed.
final class QueryScheduler: Sendable {
    /// Called once: with true on a thread of its own, with false when its deadline passed in the queue.
    typealias Work = @Sendable (_ isAdmitted: Bool) -> Void

    private struct Waiting {
        var identifier: UInt64
        /// Monotonic nanoseconds.
        var deadline: UInt64
        var work: Work
    }

    private struct State {
        var queue: FairQueue<Waiting>
        /// Withdrawn while they waited.
        var withdrawn: [Waiting] = []
        var idle = 0
        var threads: [Thread] = []
        /// Turns away what has waited too long.
        var clerk: Thread?
        var isStopping = false
    }

    /// Nanoseconds between two looks of the clerk when nothing waits.
    private static let restingTime: UInt64 = 60_000_000_000

    private let state: Monitor<State>
    /// True: the clerk should look again.
    private let bell = Monitor(false)
    let concurrency: Int
    private let clock: any TimeSource

    init(concurrency: Int, queueLimit: Int, clientLimit: Int, clock: any TimeSource) {
        self.concurrency = max(concurrency, 1)
        self.clock = clock
        state = Monitor(State(queue: FairQueue(limit: queueLimit, clientLimit: clientLimit)))
    }

    /// How many wait.
    var waiting: Int { state.withLock { $0.queue.count } }

    /// False when there is no room in the queue or the scheduler is stopping; then nothing is called.
    func submit(
        _ identifier: UInt64, client: QueryCall.Client, deadline: UInt64, _ work: @escaping Work
    ) -> Bool {
        let (isAccepted, waits) = state.withLock { state in
            if state.isStopping { return (false, false) }
            if state.queue.count >= state.idle, state.threads.count < concurrency { start(&state) }
            if state.threads.isEmpty { return (false, false) }
            let waits = state.queue.count >= state.idle
            let waiting = Waiting(identifier: identifier, deadline: deadline, work: work)
            if !state.queue.append(waiting, of: client.address, user: client.user) { return (false, false) }
            if waits { startClerk(&state) }
            return (true, waits)
        }
        if isAccepted { state.notifyOne() }
        if waits { ring() }
        return isAccepted
    }

    /// Turns a query away now if it waits still.
    func withdraw(_ identifier: UInt64) {
        let isFound = state.withLock { state in
            // Without a clerk it waits for its turn and ends then.
            if state.queue.count == 0 || !startClerk(&state) { return false }
            let found = state.queue.removeAll { $0.identifier == identifier }
            state.withdrawn += found
            return !found.isEmpty
        }
        if isFound { ring() }
    }

    /// Turns away what is past its deadline or was withdrawn.
    func turnAwayLate() {
        let now = clock.monotonicNanoseconds()
        let late = state.withLock { state in
            defer { state.withdrawn = [] }
            return state.withdrawn + state.queue.removeAll { $0.deadline <= now }
        }
        for one in late { one.work(false) }
    }

    /// Lets what waits come to its end and returns when all threads have ended.
    func stop() {
        let threads = state.withLock { state in
            state.isStopping = true
            return state.threads + (state.clerk.map { [$0] } ?? [])
        }
        state.notifyAll()
        ring()
        for thread in threads { thread.join() }
    }

    private func ring() {
        bell.withLock { $0 = true }
        bell.notifyAll()
    }

    private func start(_ state: inout State) {
        // A system that gives no thread leaves the work to the ones that run.
        guard let thread = try? Thread(name: "query-\(state.threads.count)", body: { [self] in run() }) else { return }
        state.threads.append(thread)
        // It is on its way to the queue and counts as idle until it takes its first query.
        state.idle += 1
    }

    @discardableResult
    private func startClerk(_ state: inout State) -> Bool {
        if state.clerk == nil {
            state.clerk = try? Thread(name: "query-queue") { [self] in watchDeadlines() }
        }
        return state.clerk != nil
    }

    private func run() {
        while let next = next() {
            next.work(next.deadline > clock.monotonicNanoseconds())
            state.withLock { $0.idle += 1 }
        }
    }

    /// Blocks for the next query; nil when the scheduler is stopping and nothing waits.
    private func next() -> Waiting? {
        state.wait { (state) -> Waiting?? in
            if let next = state.queue.removeFirst() {
                state.idle -= 1
                return .some(next)
            }
            return state.isStopping ? .some(nil) : nil
        }
    }

    private func watchDeadlines() {
        while true {
            turnAwayLate()
            let (nearest, isStopping) = state.withLock { ($0.queue.smallest(\.deadline), $0.isStopping) }
            if isStopping { return }
            let now = clock.monotonicNanoseconds()
            let pause = nearest.map { $0 > now ? $0 - now : 0 } ?? Self.restingTime
            _ = bell.wait(atMost: min(pause, Self.restingTime)) { isRung -> Void? in
                defer { isRung = false }
                return isRung ? () : nil
            }
        }
    }
}
