/// The newest cell of each column of a group, found row by row: most are in the last one.
struct NewestCells {
    private static let none = UInt8.max
    private var rows: [UInt8] = []
    private var bits: [UInt64] = []
    /// Of the rows.
    private(set) var times: [Int64] = []

    /// Looks at all rows of a group.
    mutating func read(_ group: RowGroup) {
        rows.removeAll(keepingCapacity: true)
        rows.append(contentsOf: repeatElement(Self.none, count: group.columns))
        if bits.count < group.columns { bits = [UInt64](repeating: Cell.absent, count: group.columns) }
        times.removeAll(keepingCapacity: true)
        for row in 0..<group.filled { times.append(group.time(ofRow: row)) }
        for matrix in group.matrices {
            var missing = min(matrix.width, group.columns - matrix.firstColumn)
            let columns = matrix.firstColumn..<matrix.firstColumn + missing
            var row = group.filled
            while row > 0 && missing > 0 {
                row -= 1
                if let cells = matrix.cells(ofRow: row) { missing -= take(cells, columns, row: row) }
            }
        }
    }

    /// Takes the cells of a row for columns that have none yet; returns how many.
    private mutating func take(_ cells: UnsafePointer<UInt64>, _ columns: Range<Int>, row: Int) -> Int {
        rows.withUnsafeMutableBufferPointer { rows in
            bits.withUnsafeMutableBufferPointer { bits in
                var taken = 0
                for column in columns where rows[column] == Self.none {
                    let cell = cells[column - columns.lowerBound]
                    if cell == Cell.absent { continue }
                    rows[column] = UInt8(row)
                    bits[column] = cell
                    taken += 1
                }
                return taken
            }
        }
    }

    /// Nil when the column is empty.
    subscript(column: Int) -> (row: Int, bits: UInt64)? {
        rows[column] == Self.none ? nil : (Int(rows[column]), bits[column])
    }
}
