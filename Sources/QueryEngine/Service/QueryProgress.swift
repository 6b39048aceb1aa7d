import Synchronization

/// What a running query has cost so far, for others to look at. Written by the query at its checkpoints.
package final class QueryProgress: Sendable {
    private let samplesCount = Atomic(0)
    private let seriesCount = Atomic(0)
    private let bytesHeld = Atomic(0)
    private let bytesPeak = Atomic(0)

    package init() {}

    /// Samples read from storage.
    package var samples: Int { samplesCount.load(ordering: .relaxed) }
    /// Series that selectors found.
    package var series: Int { seriesCount.load(ordering: .relaxed) }
    /// Bytes taken from the budget, now and at most.
    package var bytes: Int { bytesHeld.load(ordering: .relaxed) }
    package var peakBytes: Int { bytesPeak.load(ordering: .relaxed) }

    func update(_ statistics: QueryStatistics, _ budget: Budget) {
        let use = budget.use
        samplesCount.store(statistics.samplesRead, ordering: .relaxed)
        seriesCount.store(statistics.seriesSelected, ordering: .relaxed)
        bytesHeld.store(use.bytes, ordering: .relaxed)
        bytesPeak.store(use.peakBytes, ordering: .relaxed)
    }
}
