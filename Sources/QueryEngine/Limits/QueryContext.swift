import Model
import Platform

/// What all operators of one running query share. Used by the query's thread only.
final class QueryContext {
    let snapshot: any SeriesSnapshot
    let budget: Budget
    let delaysNameRemoval: Bool
    var annotations = Annotations()
    var statistics = QueryStatistics()
    var tally: SampleTally
    /// How often nodes stand in the query's text, by identity.
    private let occurrences: [Int: Int]
    /// Present when the costs of the plan's nodes are wanted.
    var profile: PlanProfile?
    /// What belongs to the result: kept until that is gone.
    private(set) var kept: [Reservation] = []
    private let clock: any TimeSource
    private let deadline: UInt64
    private let cancellation: Cancellation
    private let progress: QueryProgress?

    /// `deadline` in monotonic nanoseconds.
    init(
        snapshot: any SeriesSnapshot, budget: Budget, tally: SampleTally, occurrences: [Int: Int],
        clock: any TimeSource, deadline: UInt64, cancellation: Cancellation, progress: QueryProgress?,
        delaysNameRemoval: Bool
    ) {
        self.snapshot = snapshot
        self.budget = budget
        self.tally = tally
        self.occurrences = occurrences
        self.delaysNameRemoval = delaysNameRemoval
        self.clock = clock
        self.cancellation = cancellation
        self.progress = progress
        self.deadline = deadline
    }

    /// Called between batches of some thousand numbers.
    func checkpoint() throws(QueryError) {
        reportProgress()
        if cancellation.isCancelled { throw .canceled("query was canceled in expression evaluation") }
        if clock.monotonicNanoseconds() > deadline { throw .timeout("query timed out in expression evaluation") }
    }

    /// Takes room for what the result holds beside the operators' columns.
    func keep(samples: Int, bytes: Int, purpose: @autoclosure () -> String) throws(QueryError) {
        kept.append(try budget.reserve(samples: samples, bytes: bytes, purpose: purpose()))
    }

    func keep(_ reservation: Reservation) { kept.append(reservation) }

    /// The node begins to compute; `leave` ends that.
    func enter(_ node: PlanNode) {
        tally.enter(weight: occurrences[node.identity] ?? 1)
        profile?.enter(node, samples: statistics.samplesRead)
    }

    /// The node that asked for the present one's series works on one of them; `leave` ends that.
    func enterCaller() {
        tally.enter(weight: 1)
        profile?.enterCaller(samples: statistics.samplesRead)
    }

    func leave() {
        tally.leave()
        profile?.leave(samples: statistics.samplesRead)
    }

    func reportProgress() { progress?.update(statistics, budget) }
}
