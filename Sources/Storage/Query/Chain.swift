import Model

/// The rows of all timelines with one key that lie in the asked range, one after the other.
final class Chain: Sendable {
    /// Rows of a timeline inside the asked range, and where they stand in the chain.
    struct Run: Sendable {
        var rows: Range<Int>
        var start: Int
    }

    let key: UInt64
    /// Nil when rows of the timelines overlap.
    let links: Links?

    struct Links: Sendable {
        let times: [Int64]
        /// By the timelines' places among those of the key; nil for one without rows in the range.
        let runs: [Run?]
    }

    init(_ key: UInt64, _ plan: MergedPlan) throws(BlockError) {
        self.key = key
        let all = (plan.timelinesOfKey[key] ?? []).map { plan.timelines[$0] }
        var runs = [Run?](repeating: nil, count: all.count)
        var times: [Int64] = []
        for timeline in all.sorted(by: { $0.timeline.firstTime < $1.timeline.firstTime }) {
            let own = try plan.blocks[timeline.block].times(of: timeline.timeline)
            let rows = plan.rows(of: own)
            if rows.isEmpty { continue }
            if let last = times.last, last >= own[rows.lowerBound] {
                links = nil
                return
            }
            runs[timeline.place] = Run(rows: rows, start: times.count)
            times += own[rows]
        }
        links = Links(times: times, runs: runs)
    }
}

extension MergedPlan {
    /// Which of a timeline's rows lie in the asked range.
    func rows(of times: [Int64]) -> Range<Int> {
        let first = lowerBound(times.count) { times[$0] < start }
        return first..<max(first, lowerBound(times.count) { times[$0] <= end })
    }
}
