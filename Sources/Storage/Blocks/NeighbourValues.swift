/// Values of a block's columns that others are coded relative to, kept while these are read. One thread at a time, one
/// block each.
final class NeighbourValues {
    /// A row group of a column.
    struct Place: Hashable {
        /// Where the column stands in the file.
        var column: Int
        var group: Int
    }

    /// Values kept at once.
    private static let limit = 1 << 20

    private var values: [Place: [Double]] = [:]
    private var count = 0
    /// Row groups that were kept.
    private(set) var kept = 0

    subscript(place: Place) -> [Double]? { values[place] }

    func keep(_ new: [Double], of place: Place) {
        if count > Self.limit {
            values.removeAll()
            count = 0
        }
        values[place] = new
        count += new.count
        kept += 1
    }
}
