import Model

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
    /// Columns copied together: the cache lines of a row then serve several columns, and those of the target several
    /// rows.
    private static let columnsAtOnce = 64

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

    /// Writes the cells of all rows of some columns, those of column i from `cells + i * stride` on; references ascend.
    /// Clears `isFull` of each column that has no value in some row.
    func readColumns(
        _ references: some Collection<UInt32>, into cells: UnsafeMutablePointer<Double>, stride: Int,
        isFull: UnsafeMutablePointer<Bool>
    ) {
        var columns: [Int] = []
        var hint = 0
        var next = references.startIndex
        var place = 0
        while next < references.endIndex {
            columns.removeAll(keepingCapacity: true)
            while columns.count < Self.columnsAtOnce, next < references.endIndex {
                columns.append(column(of: references[next], hint: &hint) ?? -1)
                references.formIndex(after: &next)
            }
            for matrix in matrices {
                copy(columns, of: matrix, into: cells + place * stride, stride: stride, isFull: isFull + place)
            }
            for index in columns.indices where columns[index] < 0 {
                (cells + (place + index) * stride).update(repeating: .absent, count: rows)
                isFull[place + index] = false
            }
            place += columns.count
        }
    }

    private func copy(
        _ columns: [Int], of matrix: CellMatrix, into cells: UnsafeMutablePointer<Double>, stride: Int,
        isFull: UnsafeMutablePointer<Bool>
    ) {
        let (first, end) = (matrix.firstColumn, matrix.firstColumn + matrix.width)
        columns.withUnsafeBufferPointer { columns in
            for row in 0..<rows {
                let source = matrix.cells(ofRow: row)
                for index in columns.indices where columns[index] >= first && columns[index] < end {
                    let bits = source?[columns[index] - first] ?? Cell.absent
                    if bits == Cell.absent || bits == Cell.stale { isFull[index] = false }
                    cells[index * stride + row] = Double(bitPattern: bits)
                }
            }
        }
    }
}
