import Model

/// Makes an index that has some series of another one under the same references, and nothing of the rest.
///
/// One thread at a time; the other index may grow meanwhile.
struct SeriesIndexCopy {
    private let source: SeriesIndex
    let index: SeriesIndex
    /// Number of a label pair in the copy by its number in the source; `LabelPair.none` when it is not there yet.
    private var pairs: [UInt32] = []
    private var run: [UInt32] = []

    init(of source: SeriesIndex) {
        self.source = source
        index = source.emptyCopy()
    }

    /// Copies the series from the copy's end up to a reference; those that leave become holes.
    mutating func add(below end: Int, leaving: Bitmap) throws(SeriesIndexError) {
        let missing = source.pairs.count - pairs.count
        if missing > 0 { pairs.append(contentsOf: repeatElement(LabelPair.none, count: missing)) }
        for reference in UInt32(min(index.count, end))..<UInt32(end) {
            let old = source.run(of: reference)
            if old.isEmpty || leaving.contains(reference) { continue }
            run.removeAll(keepingCapacity: true)
            for pair in old { run.append(try translate(pair)) }
            let hash = source.record(SeriesReference(reference)).pointee.hash
            try run.withUnsafeBufferPointer { (run) throws(SeriesIndexError) in
                try index.restore(SeriesReference(reference), run: run, hash: hash)
            }
        }
        index.addHoles(below: end)
        index.finishRestoring()
    }

    private mutating func translate(_ pair: UInt32) throws(SeriesIndexError) -> UInt32 {
        let known = pairs[Int(pair)]
        if known != LabelPair.none { return known }
        let (name, value) = source.text(ofPair: pair)
        let made = try index.pairs.intern(
            nameSymbol: try index.symbols.intern(name), value: try index.symbols.intern(value))
        pairs[Int(pair)] = made
        return made
    }
}
