/// What a reader sees of a group in memory: the rows of commits up to its own, in the columns there were. Keeps the
/// memory alive.
final class RowGroupView: Sendable {
    let rows: Int
    let firstTime: Int64
    let lastTime: Int64
    private let group: RowGroup
    private let matrices: [CellMatrix]
    private let layout: [UInt32]
    /// Columns in the order of their references, unless the layout is in that order.
    private let order: [Int]?

    /// Nil when no row is visible. Made under the state lock.
    init?(_ group: RowGroup, commit: UInt64) {
        var rows = group.rows
        while rows > 0 && group.commit(ofRow: rows - 1) > commit { rows -= 1 }
        if rows == 0 { return nil }
        self.rows = rows
        self.group = group
        matrices = group.matrices
        layout = group.layout
        firstTime = group.time(ofRow: 0)
        lastTime = group.time(ofRow: rows - 1)
        order = group.readingOrder()
    }

    /// The column of a series; looks at `hint` first and leaves there where the next reference stands.
    func column(of reference: UInt32, hint: inout Int) -> Int? {
        if hint >= layout.count || self.reference(hint) != reference {
            hint = lowerBound(layout.count) { self.reference($0) < reference }
        }
        guard hint < layout.count, self.reference(hint) == reference else { return nil }
        hint += 1
        return order?[hint - 1] ?? hint - 1
    }

    private func reference(_ place: Int) -> UInt32 {
        layout[order?[place] ?? place] & ~RowGroup.departed
    }

    func readTimes(into times: UnsafeMutablePointer<Int64>) {
        for row in 0..<rows { times[row] = group.time(ofRow: row) }
    }

    /// Writes the cells of all rows, absent ones too.
    func readColumn(_ column: Int, into cells: UnsafeMutablePointer<Double>) {
        var index = 0
        while index + 1 < matrices.count && matrices[index + 1].firstColumn <= column { index += 1 }
        let matrix = matrices[index]
        let offset = column - matrix.firstColumn
        var row = 0
        while row < rows {
            let end = min(row + CellMatrix.slabRows, rows)
            guard let slab = matrix.cells(ofRow: row) else {
                while row < end {
                    cells[row] = Double(bitPattern: Cell.absent)
                    row += 1
                }
                continue
            }
            var cell = slab + offset
            while row < end {
                cells[row] = Double(bitPattern: cell.pointee)
                cell += matrix.width
                row += 1
            }
        }
    }
}
