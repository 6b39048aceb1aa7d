import Model

/// The series of a selection over head and blocks by their numbers: first those of the head's selection, then those of
/// which only blocks have samples in the range, be they known to the head or not.
struct MergedNames: Sendable {
    private let names: SeriesIndexSnapshot
    /// Per series its reference in the head, `HeadReferences.none` without one.
    private var references: [UInt32]
    /// Per reference the number of its series.
    private var numbers = ReferenceNumbers()
    /// Of the series without a reference.
    private var labels: [Int: Labels] = [:]
    private var numbersOfLabels: [Labels: Int] = [:]

    /// A reference, and up to four slots of the table at a time when it grows.
    static let bytesPerReference = 5 * MemoryLayout<UInt32>.stride
    /// What a label set takes beside its text: the object and its places in two tables.
    private static let labelsBytes = 128

    init(_ head: HeadSelection) {
        names = head.names
        references = head.references
    }

    var count: Int { references.count }

    /// Of the label sets that are held.
    var bytesOfLabels: Int { labels.values.reduce(0) { $0 + $1.encoded.count + Self.labelsBytes } }

    /// The series' label set.
    func labels(of series: Int) -> Labels {
        let reference = references[series]
        if reference == HeadReferences.none { return labels[series] ?? .empty }
        return names.index.labels(of: SeriesReference(reference))
    }

    /// What tells the series apart by some labels.
    func keys(of labels: [String], keeps: Bool) -> HeadLabelKeys {
        HeadLabelKeys(names.index, references, names: labels, keeps: keeps)
    }

    /// The references of some series of a block.
    func references(of series: [UInt32], in block: BlockReader) throws(BlockError) -> [UInt32] {
        try block.headReferences.find(series, of: block, in: names)
    }

    /// The number of the series with a reference, a new one if it has none.
    mutating func number(of reference: UInt32) -> Int {
        numbers.number(of: reference, in: &references)
    }

    /// The number of a series that the head does not know.
    mutating func number(of labels: Labels) -> Int {
        if let known = numbersOfLabels[labels] { return known }
        let number = references.count
        references.append(HeadReferences.none)
        self.labels[number] = labels
        numbersOfLabels[labels] = number
        return number
    }
}

/// A hash table from references to their places in a list that grows. Open addressing, at most half full.
private struct ReferenceNumbers {
    /// Place + 1, or 0 for a free slot; a power of two of them, or none before the first look.
    private var slots: [UInt32] = []

    /// The place of a reference, which is appended if it is not there. Each reference is in the list once.
    mutating func number(of reference: UInt32, in references: inout [UInt32]) -> Int {
        if references.count * 2 >= slots.count { build(references) }
        let slot = slot(of: reference, in: references)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        references.append(reference)
        slots[slot] = UInt32(references.count)
        return references.count - 1
    }

    private mutating func build(_ references: [UInt32]) {
        var size = 64
        while size < references.count * 4 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for (place, reference) in references.enumerated() where reference != HeadReferences.none {
            slots[slot(of: reference, in: references)] = UInt32(place + 1)
        }
    }

    private func slot(of reference: UInt32, in references: [UInt32]) -> Int {
        let mask = slots.count - 1
        // Multiplicative hashing: neighbours do not meet.
        var slot = Int(truncatingIfNeeded: UInt64(reference) &* 0x9e37_79b9_7f4a_7c15 &>> 32) & mask
        while slots[slot] != 0, references[Int(slots[slot]) - 1] != reference { slot = (slot + 1) & mask }
        return slot
    }
}
