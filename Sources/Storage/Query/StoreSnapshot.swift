import Model

/// A view of the whole store as of one commit: the head, and the blocks there are when something is asked for.
final class StoreSnapshot: SeriesSnapshot {
    private let head: HeadSnapshot
    private let blocks: BlockSet
    private let floors: RetentionFloors?
    let mark: SnapshotMark?

    init(_ head: HeadSnapshot, _ blocks: BlockSet, _ floors: RetentionFloors?) {
        self.head = head
        mark = SnapshotMark(commit: head.commit, removals: head.changes.removals)
        self.blocks = blocks
        self.floors = floors
    }

    func unchanged(since mark: SnapshotMark) -> Range<Int64>? {
        guard let first = head.changes.firstChange(after: mark.commit), head.changes.removals == mark.removals else {
            return nil
        }
        let floor = floors?.highest ?? .min
        return floor < first ? floor..<first : nil
    }

    func select(_ request: SelectRequest) throws(SelectError) -> any Selection {
        let found = try selectAll(request)
        guard let floors, request.start < floors.highest else { return found }
        return FlooredSelection(found, floors)
    }

    /// Blocks take a look.
    func mostSeries(_ request: SelectRequest) -> Int? {
        blocks.overlapping(request.start, request.end).isEmpty ? head.mostSeries(request) : nil
    }

    /// What is stored, whether it is still kept or not.
    private func selectAll(_ request: SelectRequest) throws(SelectError) -> any Selection {
        let rows = blocks.overlapping(request.start, request.end).reduce(0) { $0 + $1.meta.rows }
        // The head first: what moves from there to a block meanwhile is then found in both, and not in none.
        let recent = try head.select(request, otherRows: rows)
        let found = blocks.overlapping(request.start, request.end)
        if found.isEmpty { return recent }
        return MergedSelection(recent, try MergedPlan(recent, found, request))
    }

    func series(_ request: LabelRequest) throws(SelectError) -> [Labels] {
        var room = LabelRoom(request)
        let blocks = blocks.overlapping(request.start, request.end)
        var found = head.series(request)
        // Those that the head does not know.
        var others: Set<Labels> = []
        if !blocks.isEmpty {
            let known = Bitmap(bound: Int(head.names.limit))
            for reference in found { known.insert(reference.rawValue) }
            try forEach(blocks, request) { (block, numbers) throws(BlockError) in
                let numbers = numbers ?? Array(0..<UInt32(block.meta.series))
                let references = try block.headReferences.find(numbers, of: block, in: head.names)
                var cursor = try BlockSeriesCursor(block.index)
                for (number, reference) in zip(numbers, references) where !room.isRefused {
                    if reference != HeadReferences.none {
                        if known.contains(reference) { continue }
                        known.insert(reference)
                        found.append(SeriesReference(reference))
                    } else {
                        try cursor.move(to: number)
                        let labels = try cursor.labels()
                        if !others.contains(labels), room.take(labels) { others.insert(labels) }
                    }
                }
            }
        }
        let first = head.first(of: found, request, &room)
        try room.check()
        return others.isEmpty ? first : Self.limited((first + others).sorted(), request)
    }

    /// Names or values in head and blocks that are few: found in a fifth of a millisecond, for which another thread
    /// need not be woken.
    private static let few = 2000

    func answersAtOnce(_ name: String?, _ request: LabelRequest) -> Bool {
        if !request.matchers.isEmpty { return false }
        var count = head.names.labelCount(name, most: Self.few)
        for block in blocks.overlapping(request.start, request.end) where count <= Self.few {
            guard block.index.hasTerms, let more = try? block.labelCount(name) else { return false }
            count += more
        }
        return count <= Self.few
    }

    func labelNames(_ request: LabelRequest) throws(SelectError) -> [String] {
        var texts = TextSet(request)
        head.forEachLabelName(request) { texts.insert($0) }
        let blocks = blocks.overlapping(request.start, request.end)
        try forEach(blocks, request) { (block, numbers) throws(BlockError) in
            let terms = try block.index.terms()
            for name in try block.names(of: numbers) { texts.insert(try terms.symbol(terms.nameSymbol(name))) }
        }
        defer { withExtendedLifetime((head, blocks)) {} }
        return try texts.sorted()
    }

    func labelValues(_ name: String, _ request: LabelRequest) throws(SelectError) -> [String] {
        var texts = TextSet(request)
        head.forEachValue(of: name, request) { texts.insert($0) }
        let blocks = blocks.overlapping(request.start, request.end)
        try forEach(blocks, request) { (block, numbers) throws(BlockError) in
            let terms = try block.index.terms()
            guard let name = try terms.find(name: name) else { return }
            for pair in try block.pairs(ofName: name, of: numbers) { texts.insert(try terms.value(ofPair: pair)) }
        }
        defer { withExtendedLifetime((head, blocks)) {} }
        return try texts.sorted()
    }

    /// Calls `body` with the blocks and the numbers of their series that match; nil for all.
    private func forEach(
        _ blocks: [BlockReader], _ request: LabelRequest, _ body: (BlockReader, [UInt32]?) throws(BlockError) -> Void
    ) throws(SelectError) {
        do throws(BlockError) {
            for block in blocks {
                if request.matchers.isEmpty {
                    try body(block, nil)
                    continue
                }
                var found: Set<UInt32> = []
                for matchers in request.matchers { found.formUnion(try block.select(matchers)) }
                if !found.isEmpty { try body(block, found.sorted()) }
            }
        } catch {
            throw SelectError(error)
        }
    }

    private static func limited<Element>(_ all: [Element], _ request: LabelRequest) -> [Element] {
        guard let limit = request.limit, limit < all.count else { return all }
        return Array(all.prefix(limit))
    }
}

extension BlockReader {
    /// How many values a label has, or how many names there are where it is nil.
    fileprivate func labelCount(_ name: String?) throws(BlockError) -> Int {
        let terms = try index.terms()
        guard let name else { return terms.nameCount }
        return try terms.find(name: name).map { (name) throws(BlockError) in try terms.pairs(ofName: name).count } ?? 0
    }

    /// Numbers of the label names of some series, or of all.
    fileprivate func names(of series: [UInt32]?) throws(BlockError) -> [Int] {
        let terms = try index.terms()
        guard let series else { return Array(0..<terms.nameCount) }
        let found = Bitmap(bound: terms.nameCount)
        for pair in try pairs(of: series) { found.insert(UInt32(terms.name(ofPair: Int(pair)))) }
        var names: [Int] = []
        found.visit { names.append(Int($0)) }
        return names
    }

    /// The pairs of a name that some series have, or all.
    fileprivate func pairs(ofName name: Int, of series: [UInt32]?) throws(BlockError) -> [Int] {
        let range = try index.terms().pairs(ofName: name)
        guard let series else { return Array(range) }
        return try pairs(of: series).map { Int($0) }.filter(range.contains)
    }

    /// All pairs of some series, ascending.
    private func pairs(of series: [UInt32]) throws(BlockError) -> [UInt32] {
        let count = try index.terms().pairCount
        let found = Bitmap(bound: count)
        var cursor = try BlockSeriesCursor(index)
        for number in series {
            try cursor.move(to: number)
            for pair in cursor.pairs {
                if Int(pair) >= count { throw index.damage(.series) }
                found.insert(pair)
            }
        }
        var pairs: [UInt32] = []
        found.visit { pairs.append($0) }
        return pairs
    }
}
