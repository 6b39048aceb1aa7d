import Model

/// Series in the order of their label sets.
extension SeriesIndexSnapshot {
    /// Sorts references as `Labels` are ordered, without putting label sets together.
    func sorted(_ references: [SeriesReference]) -> [SeriesReference] {
        let ranks = LabelPairRanks(index, references)
        var entries = references.map { (key: ranks.key(of: index.run(of: $0.rawValue)), number: $0.rawValue) }
        KeyOrder.sort(&entries, key: \.key) { ranks.precedes(index.run(of: $0.number), index.run(of: $1.number)) }
        return entries.map { SeriesReference($0.number) }
    }
}

/// The order of the label pairs that occur in some series. They are put in order once; series are then compared by
/// small numbers, of which as many as fit make up one word.
private struct LabelPairRanks {
    private let index: SeriesIndex
    /// By number of the pair, from 1 on; empty where there are too few series for it to pay.
    private var ranks: [UInt32] = []
    private var bits = 64

    /// The list of ranks is as long as the index has pairs.
    private static let fewestSeries = 64
    private static let mostPairsPerSeries = 64

    init(_ index: SeriesIndex, _ references: [SeriesReference]) {
        self.index = index
        let count = index.pairs.count
        guard references.count >= Self.fewestSeries, count / Self.mostPairsPerSeries <= references.count else { return }
        let found = Bitmap(bound: count)
        for reference in references {
            for pair in index.run(of: reference.rawValue) { found.insert(pair) }
        }
        var pairs: [UInt32] = []
        found.visit { pairs.append($0) }
        pairs.sort { Self.precedes($0, $1, in: index) }
        ranks = [UInt32](repeating: 0, count: count)
        for (place, pair) in pairs.enumerated() { ranks[Int(pair)] = UInt32(place + 1) }
        bits = max(1, UInt32.bitWidth - UInt32(pairs.count).leadingZeroBitCount)
    }

    /// Series with a smaller key come first, and nothing is known of those with the same one.
    func key(of run: UnsafeBufferPointer<UInt32>) -> UInt64 {
        if ranks.isEmpty { return 0 }
        var key: UInt64 = 0
        for place in 0..<64 / bits { key = key << bits | (place < run.count ? UInt64(ranks[Int(run[place])]) : 0) }
        return key
    }

    func precedes(_ left: UnsafeBufferPointer<UInt32>, _ right: UnsafeBufferPointer<UInt32>) -> Bool {
        for place in 0..<min(left.count, right.count) where left[place] != right[place] {
            if ranks.isEmpty { return Self.precedes(left[place], right[place], in: index) }
            return ranks[Int(left[place])] < ranks[Int(right[place])]
        }
        return left.count < right.count
    }

    private static func precedes(_ left: UInt32, _ right: UInt32, in index: SeriesIndex) -> Bool {
        let (a, b) = (index.text(ofPair: left), index.text(ofPair: right))
        let names = Labels.compare(a.name, b.name)
        return names == 0 ? Labels.compare(a.value, b.value) < 0 : names < 0
    }
}
