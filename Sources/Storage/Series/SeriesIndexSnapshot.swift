import Model

/// The series that existed at one moment; series added later are not seen. Cheap to make and to copy; any
/// thread.
package struct SeriesIndexSnapshot: Sendable {
    let index: SeriesIndex
    /// References below this one are part of the view.
    let limit: UInt32

    /// References of the series that match all matchers, ascending.
    ///
    /// The matcher that names the fewest series gives the candidates; the others are checked in the
    /// candidates' own labels, or, where there are too many candidates for that, against a bitmap of all
    /// series that the matcher names.
    package func select(_ matchers: [LabelMatcher]) -> [SeriesReference] {
        var needed: [LabelPairSet] = []
        var forbidden: [LabelPairSet] = []
        for matcher in matchers {
            switch condition(matcher) {
            case .anything: continue
            case .nothing: return []
            case .has(let set): needed.append(set)
            case .lacks(let set): forbidden.append(set)
            }
        }
        needed.sort { $0.seriesCount < $1.seriesCount }
        var candidates = needed.isEmpty ? all() : union(needed.removeFirst())
        for set in needed where !candidates.isEmpty { filter(&candidates, set, keep: true) }
        for set in forbidden where !candidates.isEmpty { filter(&candidates, set, keep: false) }
        return candidates
    }

    /// No more series than this match; nil when values would have to be tried to know, or nothing narrows them down.
    func mostSeries(_ matchers: [LabelMatcher]) -> Int? {
        var most: Int?
        for matcher in matchers {
            guard matcher.namedValues != nil else { return nil }
            switch condition(matcher) {
            case .anything, .lacks: continue
            case .nothing: return 0
            case .has(let set): most = min(most ?? .max, set.seriesCount)
            }
        }
        return most
    }

    /// All series.
    private func all() -> [SeriesReference] {
        (0..<limit).lazy.map { SeriesReference($0) }.filter { index.record($0).pointee.pairCount > 0 }
    }
}

extension SeriesIndexSnapshot {
    /// Series with one of the pairs, ascending.
    private func union(_ set: LabelPairSet) -> [SeriesReference] {
        var references: [SeriesReference] = []
        references.reserveCapacity(set.seriesCount)
        if set.pairs.count == 1 {
            index.postings.forEach(of: index.pairs[set.pairs[0]], below: limit) {
                references.append(SeriesReference($0))
            }
        } else {
            bitmap(set).visit { references.append(SeriesReference($0)) }
        }
        return references
    }

    private func bitmap(_ set: LabelPairSet) -> Bitmap {
        let bitmap = Bitmap(bound: Int(limit))
        for pair in set.pairs {
            index.postings.forEach(of: index.pairs[pair], below: limit) { bitmap.insert($0) }
        }
        return bitmap
    }

    /// A candidate's labels cost about as much to look at as this many references of a posting list to read.
    private static let referencesPerLook = 16

    private func filter(_ candidates: inout [SeriesReference], _ set: LabelPairSet, keep: Bool) {
        if candidates.count * Self.referencesPerLook > set.seriesCount {
            let named = bitmap(set)
            candidates.removeAll { named.contains($0.rawValue) != keep }
        } else if set.pairs.count == 1 {
            let pair = set.pairs[0]
            candidates.removeAll { index.run(of: $0.rawValue).contains(pair) != keep }
        } else {
            let wanted = Bitmap(bound: index.pairs.count)
            for pair in set.pairs { wanted.insert(pair) }
            candidates.removeAll { hasPair($0, in: wanted) != keep }
        }
    }

    private func hasPair(_ reference: SeriesReference, in wanted: Bitmap) -> Bool {
        for pair in index.run(of: reference.rawValue) where wanted.contains(pair) { return true }
        return false
    }
}
