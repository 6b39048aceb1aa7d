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

    private func reference(_ place: Int) -> UInt32 {
        layout[order?[place] ?? place] & ~RowGroup.departed
    }

    func readTimes(into times: UnsafeMutablePointer<Int64>) {
        for row in 0..<rows { times[row] = group.time(ofRow: row) }
    }

    /// Writes the cells of some rows of columns, those of column i from `cells + i * stride` on, where row 0 would be.
    func read(_ reading: ColumnReading, rows: Range<Int>, into cells: UnsafeMutablePointer<Double>, stride: Int) {
        var columns: [Int] = []
        columns.reserveCapacity(Self.columnsAtOnce)
        var first = 0
        reading.forEach(placesIn: layout.count) {
            self.reference($0)
        } _: { column, place in
            columns.append(place.map { order?[$0] ?? $0 } ?? -1)
            if columns.count < Self.columnsAtOnce && column < reading.references.count - 1 { return }
            for index in columns.indices where columns[index] < 0 {
                (cells + (first + index) * stride + rows.lowerBound).update(repeating: .absent, count: rows.count)
                reading.setHoles(first + index)
            }
            for matrix in matrices {
                copy(columns, of: matrix, rows, into: cells + first * stride, stride: stride) {
                    reading.setHoles(first + $0)
                }
            }
            first = column + 1
            columns.removeAll(keepingCapacity: true)
        }
    }

    private func copy(
        _ columns: [Int], of matrix: CellMatrix, _ rows: Range<Int>, into cells: UnsafeMutablePointer<Double>,
        stride: Int, whereNoValue: (Int) -> Void
    ) {
        let (first, end) = (matrix.firstColumn, matrix.firstColumn + matrix.width)
        columns.withUnsafeBufferPointer { columns in
            // Cells that are far apart: those of the next row begin to come from memory in time.
            let isSparse = columns.count > 1 && columns[columns.count - 1] - columns[0] >= 4 * columns.count
            for row in rows {
                let source = matrix.cells(ofRow: row)
                if isSparse, row + 1 < rows.upperBound, let next = matrix.cells(ofRow: row + 1) {
                    for column in columns where column >= first { CellMatrix.prefetch(next + (column - first)) }
                }
                for index in columns.indices where columns[index] >= first && columns[index] < end {
                    let bits = source.map { CellMatrix.load($0 + (columns[index] - first)) } ?? Cell.absent
                    if bits == Cell.absent || bits == Cell.stale { whereNoValue(index) }
                    cells[index * stride + row] = Double(bitPattern: bits)
                }
            }
        }
    }
}
