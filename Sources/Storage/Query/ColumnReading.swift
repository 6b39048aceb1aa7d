/// Some columns to be read from the groups of a timeline, one group after the other. Not thread safe.
final class ColumnReading {
    /// Ascending.
    let references: [UInt32]
    /// Where the columns stood in the group that was read last: most groups of a timeline have the same ones.
    @exclusivity(unchecked) private var places: [Int32]
    /// Per column whether every row that was read has a value.
    @exclusivity(unchecked) private(set) var isFull: [Bool]

    /// Per column its bytes in two groups, the one that is decoded and the one behind it.
    private let found: UnsafeMutablePointer<UnsafeRawBufferPointer>

    init(_ references: [UInt32]) {
        self.references = references
        places = [Int32](repeating: -1, count: references.count)
        isFull = [Bool](repeating: true, count: references.count)
        found = .allocate(capacity: max(2 * references.count, 1))
    }

    deinit { found.deallocate() }

    /// The columns' bytes in a group, by its number among those that are read; without an address where it has no such
    /// column.
    func found(in group: Int) -> UnsafeMutablePointer<UnsafeRawBufferPointer> {
        found + (group % 2) * references.count
    }

    /// Takes a group's columns for series that were made one after the other, as those of a target are: what is looked
    /// at first there can then begin to be loaded. Wrong places cost nothing but a look.
    func guessPlaces(firstReference: UInt32, count: Int) {
        guard references.first.map({ $0 >= firstReference }) ?? false else { return }
        for column in references.indices {
            places[column] = Int32(min(Int(references[column] - firstReference), count - 1))
        }
    }

    /// Calls `body` with the columns' places in the group that was looked through last, or the places guessed.
    @inline(__always) func forEachKnownPlace(_ body: (Int) -> Void) {
        for place in places where place >= 0 { body(Int(place)) }
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
