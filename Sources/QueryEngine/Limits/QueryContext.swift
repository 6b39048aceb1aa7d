import Model
import Platform

/// What all operators of one running query share. Used by the query's thread only.
final class QueryContext {
    let snapshot: any SeriesSnapshot
    let budget: Budget
    var annotations = Annotations()
    var statistics = QueryStatistics()
    private let clock: any TimeSource
    private let deadline: UInt64
    private let cancellation: Cancellation

    /// `timeout` in milliseconds, from now.
    init(
        snapshot: any SeriesSnapshot, budget: Budget, clock: any TimeSource, timeout: Int64,
        cancellation: Cancellation
    ) {
        self.snapshot = snapshot
        self.budget = budget
        self.clock = clock
        self.cancellation = cancellation
        deadline = clock.monotonicNanoseconds() &+ UInt64(clamping: timeout) &* 1_000_000
    }

    /// Called between batches of some thousand numbers.
    func checkpoint() throws(QueryError) {
        if cancellation.isCancelled { throw .canceled("query was canceled in expression evaluation") }
        if clock.monotonicNanoseconds() > deadline { throw .timeout("query timed out in expression evaluation") }
    }
}
