import Model

/// A deletion of samples of some of a workload's series.
package struct RandomDeletion {
    package let matchers: [[LabelMatcher]]
    package let range: ClosedRange<Int64>
    private let pairs: [(name: String, value: String)]

    package init(_ random: inout SeededRandom, series: [Labels], now: Int64) {
        let pairs = (0..<Int.random(in: 1...2, using: &random)).map { _ in
            let name = random.chance(0.5) ? LabelNames.metric : "n"
            return (name: name, value: random.pick(series)[name] ?? "")
        }
        self.pairs = pairs
        matchers = pairs.map { [.equal($0.name, $0.value)] }
        let start = now - Int64.random(in: 0...10 * 3_600_000, using: &random)
        let length = Int64.random(in: 0...(random.chance(0.5) ? 600_000 : 6 * 3_600_000), using: &random)
        range = random.chance(0.1) ? .min ... .max : start...start + length
    }

    /// True for a series of which samples in the range go.
    package func matches(_ labels: Labels) -> Bool { pairs.contains { labels[$0.name] == $0.value } }

    /// True for what goes.
    package func covers(_ labels: Labels, _ time: Int64) -> Bool { range.contains(time) && matches(labels) }
}

extension StoredSamples {
    /// Takes out what a deletion covers, and returns it.
    @discardableResult
    package mutating func remove(_ deletion: RandomDeletion) -> StoredSamples {
        var removed: StoredSamples = [:]
        for (labels, times) in self where deletion.matches(labels) {
            let gone = times.filter { deletion.range.contains($0.key) }
            if gone.isEmpty { continue }
            removed[labels] = gone
            let left = times.filter { !deletion.range.contains($0.key) }
            self[labels] = left.isEmpty ? nil : left
        }
        return removed
    }
}
