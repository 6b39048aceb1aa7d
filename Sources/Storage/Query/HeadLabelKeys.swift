import Model

/// Keys of series of the head: the numbers of their pairs of label names and values.
struct HeadLabelKeys: LabelKeys {
    private let index: SeriesIndex
    private let references: [UInt32]
    /// Numbers of the names that are kept or left out.
    private let names: [UInt32]
    private let keeps: Bool

    /// - Parameter references: of the selection's series, `HeadReferences.none` for those that the head does not know.
    init(_ index: SeriesIndex, _ references: [UInt32], names: [String], keeps: Bool) {
        self.index = index
        self.references = references
        self.keeps = keeps
        // A name that nobody knows is none of the series'.
        self.names = names.compactMap { name in
            index.symbols.find(name).flatMap { index.pairs.findName(symbol: $0) }
        }
    }

    func append(of series: Int, to key: inout [UInt32]) -> Bool {
        if references[series] == HeadReferences.none { return false }
        for pair in index.run(of: references[series]) {
            let name = index.pairs[pair].pointee.name
            var isNamed = false
            for candidate in names where candidate == name { isNamed = true }
            if isNamed == keeps { key.append(pair) }
        }
        return true
    }
}
