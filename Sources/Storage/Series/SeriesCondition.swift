import Model
import Platform

/// What a matcher asks of a series, in terms of its label pairs.
enum SeriesCondition {
    case anything
    case nothing
    /// One of these pairs: the matcher does not match the empty value.
    case has(LabelPairSet)
    /// None of these pairs: the matcher matches the empty value, hence series without the name too.
    case lacks(LabelPairSet)
}

/// Pairs of one name. No series has two of them, so their posting lists have nothing in common.
struct LabelPairSet {
    var pairs: [UInt32] = []
    /// Series with one of the pairs, as many as there were when they were counted.
    var seriesCount = 0
}

extension SeriesIndexSnapshot {
    /// Looks the matcher's values up where it names them, and tries all values of the name where it does not.
    func condition(_ matcher: LabelMatcher) -> SeriesCondition {
        guard let symbol = index.symbols.find(matcher.name), let name = index.pairs.findName(symbol: symbol) else {
            return matcher.matchesEmpty ? .anything : .nothing
        }
        if matcher.pattern?.matchesEverything == true {
            return matcher.operation == .matches ? .anything : .nothing
        }
        let matchesEmpty = matcher.matchesEmpty
        guard let values = matcher.namedValues, !values.contains("") else {
            let found = pairs(ofName: name) { matcher.matches($0) != matchesEmpty }
            return matchesEmpty ? lacks(found) : has(found)
        }
        let found = pairs(ofName: name, values: values)
        return matchesEmpty ? lacks(found) : has(found)
    }

    private func has(_ set: LabelPairSet) -> SeriesCondition { set.pairs.isEmpty ? .nothing : .has(set) }

    private func lacks(_ set: LabelPairSet) -> SeriesCondition { set.pairs.isEmpty ? .anything : .lacks(set) }

    /// The pairs of a name whose value passes.
    private func pairs(ofName name: UInt32, where passes: (UnsafeRawBufferPointer) -> Bool) -> LabelPairSet {
        var set = LabelPairSet()
        index.pairs.forEachPair(ofName: name) { number in
            let pair = index.pairs[number]
            let count = AtomicWord.load(pair.count)
            if count > 0, pair.pointee.references.0 < limit, passes(index.symbols.bytes(pair.pointee.value)) {
                set.pairs.append(number)
                set.seriesCount += Int(count)
            }
        }
        return set
    }

    /// The pairs of a name with these values; they are distinct.
    private func pairs(ofName name: UInt32, values: [String]) -> LabelPairSet {
        var set = LabelPairSet()
        for value in values {
            guard let symbol = index.symbols.find(value), let number = index.pairs.find(name: name, value: symbol)
            else { continue }
            set.pairs.append(number)
            set.seriesCount += Int(AtomicWord.load(index.pairs[number].count))
        }
        return set
    }
}

extension LabelMatcher {
    /// The values that decide, if they can be listed: those that match, or for the negative operations
    /// those that do not.
    var namedValues: [String]? {
        switch operation {
        case .equal, .notEqual: return invalidValue == nil ? [value] : []
        case .matches, .notMatches: return pattern?.literalSet
        }
    }
}
