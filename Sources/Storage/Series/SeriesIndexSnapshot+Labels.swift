import Model

/// Tells which series are wanted.
protocol SeriesFilter {
    func isWanted(_ reference: UInt32) -> Bool

    /// The same for each of some series; cheaper than one by one.
    func areWanted(_ references: [UInt32]) -> [Bool]
}

/// Label names and values. Their bytes stay where they are as long as the index.
extension SeriesIndexSnapshot {
    /// Calls `body` with the label names of these series.
    func forEachLabelName(of references: [SeriesReference], _ body: (UnsafeRawBufferPointer) -> Void) {
        let found = Bitmap(bound: index.pairs.nameCount)
        for reference in references {
            for pair in index.run(of: reference.rawValue) { found.insert(index.pairs[pair].pointee.name) }
        }
        found.visit { body(index.symbols.bytes(index.pairs.nameSymbol($0))) }
    }

    /// Calls `body` with the label names of all series that are wanted; looks at no more of them than it takes to
    /// find one per name.
    func forEachLabelName(where filter: some SeriesFilter, _ body: (UnsafeRawBufferPointer) -> Void) {
        for name in 0..<UInt32(index.pairs.nameCount) {
            if index.pairs.contains(ofName: name, where: { hasSeries($0, where: filter.isWanted) }) {
                body(index.symbols.bytes(index.pairs.nameSymbol(name)))
            }
        }
    }

    /// Calls `body` with the values that a label has in these series.
    func forEachValue(
        of name: String, in references: [SeriesReference], _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        guard let name = number(ofName: name) else { return }
        let found = Bitmap(bound: index.pairs.count)
        for reference in references {
            for pair in index.run(of: reference.rawValue) where index.pairs[pair].pointee.name == name {
                found.insert(pair)
                break
            }
        }
        found.visit { body(index.symbols.bytes(index.pairs[$0].pointee.value)) }
    }

    /// Calls `body` with the values that a label has in all series that are wanted; looks at no more of them than it
    /// takes to find one per value.
    func forEachValue(
        of name: String, where filter: some SeriesFilter, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        guard let name = number(ofName: name) else { return }
        var pairs: [UInt32] = []
        var firsts: [UInt32] = []
        index.pairs.forEachPair(ofName: name) { pair in
            guard let first = index.postings.first(of: index.pairs[pair]), first < limit else { return }
            pairs.append(pair)
            firsts.append(first)
        }
        // The first series of nearly all values is wanted.
        for (pair, isFound) in zip(pairs, filter.areWanted(firsts)) {
            if isFound || hasSeries(pair, where: filter.isWanted) {
                body(index.symbols.bytes(index.pairs[pair].pointee.value))
            }
        }
    }

    /// How many values a label has, or how many names there are where it is nil; looks at no more than `most`, and one.
    func labelCount(_ name: String?, most: Int) -> Int {
        guard let name else { return index.pairs.nameCount }
        guard let name = number(ofName: name) else { return 0 }
        var values = 0
        _ = index.pairs.contains(ofName: name) { _ in
            values += 1
            return values > most
        }
        return values
    }

    private func number(ofName name: String) -> UInt32? {
        index.symbols.find(name).flatMap { index.pairs.findName(symbol: $0) }
    }

    /// True when a series of this view that is wanted has the pair.
    @inline(__always) private func hasSeries(_ pair: UInt32, where isWanted: (UInt32) -> Bool) -> Bool {
        index.postings.contains(of: index.pairs[pair], below: limit, where: isWanted)
    }
}
