import Model

/// Finds the series of a block that match.
struct BlockSelector {
    let terms: BlockTerms
    /// Series of the block.
    let bound: Int

    /// What a matcher asks: one of some pairs of a name, or none of them.
    private struct Condition {
        var pairs: [Int]
        /// A series must not have any of the pairs, instead of one.
        var isForbidden: Bool
        var seriesCount: Int
    }

    /// Numbers of the series that match all matchers, ascending.
    func select(_ matchers: [LabelMatcher]) throws(BlockError) -> [UInt32] {
        var conditions: [Condition] = []
        for matcher in matchers {
            guard let condition = try condition(matcher) else { continue }
            if condition.pairs.isEmpty {
                if condition.isForbidden { continue }
                return []
            }
            conditions.append(condition)
        }
        // What is needed comes before what is forbidden, the rarest first.
        conditions.sort { ($0.isForbidden ? 1 : 0, $0.seriesCount) < ($1.isForbidden ? 1 : 0, $1.seriesCount) }
        var found: [UInt32] = []
        var rest = conditions[...]
        if let first = rest.first, !first.isForbidden {
            rest.removeFirst()
            try union(first).visit { found.append($0) }
        } else {
            found = Array(0..<UInt32(bound))
        }
        for condition in rest where !found.isEmpty {
            let named = try union(condition)
            found.removeAll { named.contains($0) == condition.isForbidden }
        }
        return found
    }

    private func union(_ condition: Condition) throws(BlockError) -> Bitmap {
        let set = Bitmap(bound: bound)
        for pair in condition.pairs { try terms.insert(seriesOfPair: pair, into: set, bound: bound) }
        return set
    }

    /// Nil when every series matches.
    private func condition(_ matcher: LabelMatcher) throws(BlockError) -> Condition? {
        let matchesEmpty = matcher.matchesEmpty
        guard let name = try terms.find(name: matcher.name) else {
            return matchesEmpty ? nil : Condition(pairs: [], isForbidden: false, seriesCount: 0)
        }
        if matcher.pattern?.matchesEverything == true && matchesEmpty { return nil }
        var condition = Condition(pairs: [], isForbidden: matchesEmpty, seriesCount: 0)
        if let values = matcher.namedValues, !values.contains("") {
            for value in values {
                if let pair = try terms.find(value: value, ofName: name) { condition.pairs.append(pair) }
            }
        } else {
            for pair in try terms.pairs(ofName: name)
            where matcher.matches(try terms.value(ofPair: pair)) != matchesEmpty { condition.pairs.append(pair) }
        }
        for pair in condition.pairs { condition.seriesCount += terms.count(ofPair: pair) }
        return condition
    }
}
