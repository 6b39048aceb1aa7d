import Model

/// What all operators of one running query share. Used by the query's own thread only; other threads may see the
/// snapshot, the limits and the workers.
final class QueryContext {
    let snapshot: any SeriesSnapshot
    let limits: QueryLimits
    let workers: WorkerPool
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
    private let progress: QueryProgress?

    init(
        snapshot: any SeriesSnapshot, limits: QueryLimits, workers: WorkerPool, tally: SampleTally,
        occurrences: [Int: Int], progress: QueryProgress?, delaysNameRemoval: Bool
    ) {
        self.snapshot = snapshot
        self.limits = limits
        self.workers = workers
        self.tally = tally
        self.occurrences = occurrences
        self.progress = progress
        self.delaysNameRemoval = delaysNameRemoval
    }

    var budget: Budget { limits.budget }

    func checkpoint() throws(QueryError) {
        reportProgress()
        try limits.checkpoint()
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
