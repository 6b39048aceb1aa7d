/// Some columns to be read from the groups of a timeline, one group after the other. Not thread safe.
final class ColumnReading {
    /// Ascending.
    let references: [UInt32]
    /// Where the columns stood in the group that was read last: most groups of a timeline have the same ones.
    @exclusivity(unchecked) private var places: [Int32]
    /// Per column whether every row that was read has a value.
    @exclusivity(unchecked) private(set) var isFull: [Bool]

    /// The bytes of a column in the group that is read.
    struct Found {
        var bytes: UnsafeRawBufferPointer?
        /// The first one: it was looked at.
        var flags: UInt8
    }

    private var scratch: [Found] = []

    init(_ references: [UInt32]) {
        self.references = references
        places = [Int32](repeating: -1, count: references.count)
        isFull = [Bool](repeating: true, count: references.count)
    }

    /// Room for one `Found` per column, to be put back.
    func takeScratch() -> [Found] {
        defer { scratch = [] }
        return scratch.isEmpty ? [Found](repeating: Found(flags: 0), count: references.count) : scratch
    }

    func putBack(_ found: [Found]) { scratch = found }

    /// In the group that was read last one of sixteen columns or less was wanted, from the first to the last.
    var isSparse: Bool {
        guard let first = places.first, let last = places.last, first >= 0 else { return false }
        return Int(last - first) >= 16 * references.count
    }

    func setHoles(_ column: Int) { isFull[column] = false }

    /// Calls `body` with each column's number and its place in a group whose places have ascending references; nil
    /// where it has none.
    @inline(__always) func forEach<Failure>(
        placesIn count: Int, _ reference: (Int) -> UInt32, _ body: (Int, Int?) throws(Failure) -> Void
    ) throws(Failure) {
        var next = 0
        for column in references.indices {
            let wanted = references[column]
            let known = Int(places[column])
            if known < 0 || known >= count || reference(known) != wanted {
                next = Self.search(from: next, to: count, wanted, reference)
                if next == count || reference(next) != wanted {
                    try body(column, nil)
                    continue
                }
                places[column] = Int32(next)
            }
            next = Int(places[column]) + 1
            try body(column, next - 1)
        }
    }

    /// The first place that is not below what is wanted. It is thought to be near the start.
    @inline(__always) private static func search(
        from start: Int, to end: Int, _ wanted: UInt32, _ reference: (Int) -> UInt32
    ) -> Int {
        var low = start
        var width = 1
        while low + width <= end, reference(low + width - 1) < wanted {
            low += width
            width *= 2
        }
        var high = min(low + width, end)
        while low < high {
            let middle = (low + high) / 2
            if reference(middle) < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
