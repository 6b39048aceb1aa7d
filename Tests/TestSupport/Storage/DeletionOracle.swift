import Model

/// What deletions leave open: whether a store that restarts still knows when a series ended that had samples deleted,
/// and which samples a deletion took that failed.
package struct DeletionOracle {
    /// The newest time series had when samples of theirs were deleted.
    private var ceilings: [Labels: Int64] = [:]
    /// Samples that a failed deletion may have taken, or take at the next start.
    private var doubtful: StoredSamples = [:]

    package init() {}

    /// Notes an attempt; `oracle` has what was there before.
    package mutating func note(_ deletion: RandomDeletion, _ oracle: SampleOracle, failed: Bool) {
        for labels in oracle.series where deletion.matches(labels) {
            guard let newest = oracle.newest(labels) else { continue }
            ceilings[labels] = max(ceilings[labels] ?? .min, newest)
        }
        doubtful.remove(deletion)
        if !failed { return }
        var samples = oracle.samples
        doubtful.merge(samples.remove(deletion)) { $0.merging($1) { $1 } }
    }

    /// False when it depends on what the store remembers whether a sample is in order.
    package func isOrderKnown(_ labels: Labels, _ time: Int64) -> Bool { time > ceilings[labels] ?? .min }

    /// Takes over what a store has of the samples in doubt.
    package func settle(_ oracle: inout SampleOracle, by found: StoredSamples) {
        for (labels, times) in doubtful {
            for (time, bits) in times {
                if found[labels]?[time] == bits { oracle.set(labels, time, bits) } else { oracle.remove(labels, time) }
            }
        }
    }

    /// What durable samples have left behind is in doubt no more; nor is any sample after a power cut, which leaves
    /// nothing undecided.
    package mutating func forget(durable: StoredSamples, afterPowerCut: Bool) {
        ceilings = ceilings.filter { labels, ceiling in durable[labels]?.keys.contains { $0 > ceiling } != true }
        if afterPowerCut { doubtful = [:] }
    }
}
