import Model

/// From which time on the samples of a series are kept, when not the same for all.
struct RetentionFloors: Sendable {
    private let rules: [(matchers: [LabelMatcher], floor: Int64)]
    /// Of the series that no rule matches; `Int64.min` when whole blocks are all that goes of them.
    private let others: Int64
    /// The latest of all; samples from here on are all kept.
    let highest: Int64

    /// Nil when there are no rules. Times count back from the newest sample, like those of whole blocks: as long as
    /// nothing new comes, nothing goes.
    init?(_ rules: [RetentionRule], retention: Int64, newest: Int64) {
        if rules.isEmpty { return nil }
        func floor(_ time: Int64) -> Int64 {
            let (floor, underflow) = newest.subtractingReportingOverflow(time)
            return underflow ? .min : floor
        }
        self.rules = rules.map { ($0.matchers, floor($0.time)) }
        others = rules.contains { $0.time > retention } ? floor(retention) : .min
        highest = self.rules.reduce(others) { max($0, $1.floor) }
    }

    func floor(of labels: Labels) -> Int64 {
        rules.first { $0.matchers.allSatisfy { $0.matches(labels[$0.name] ?? "") } }?.floor ?? others
    }

    /// What of a series is not kept.
    func gone(of labels: Labels) -> ClosedRange<Int64>? {
        let floor = floor(of: labels)
        return floor == .min ? nil : .min...floor - 1
    }

    /// Numbers of the series of a block of which something may go, ascending.
    func series(of block: BlockReader) throws(BlockError) -> [UInt32] {
        if block.meta.firstTime >= highest { return [] }
        if others != .min { return Array(0..<UInt32(block.meta.series)) }
        var found: Set<UInt32> = []
        for rule in rules { found.formUnion(try block.select(rule.matchers)) }
        return found.sorted()
    }
}
