import Platform

/// How much a query may take: what each of its threads looks at. Thread safe.
final class QueryLimits: Sendable {
    let budget: Budget
    private let clock: any TimeSource
    private let deadline: UInt64
    private let cancellation: Cancellation

    /// `deadline` in monotonic nanoseconds.
    init(budget: Budget, clock: any TimeSource, deadline: UInt64, cancellation: Cancellation) {
        self.budget = budget
        self.clock = clock
        self.cancellation = cancellation
        self.deadline = deadline
    }

    /// The query was cancelled or its time is up; so it stays.
    var isOver: Bool { cancellation.isCancelled || clock.monotonicNanoseconds() > deadline }

    /// Called between batches of some thousand numbers.
    func checkpoint() throws(QueryError) {
        if cancellation.isCancelled { throw .canceled("query was canceled in expression evaluation") }
        if clock.monotonicNanoseconds() > deadline { throw .timeout("query timed out in expression evaluation") }
    }
}
