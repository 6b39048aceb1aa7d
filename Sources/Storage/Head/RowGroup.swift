/// A row group in memory: rows of one timeline that share one layout, not yet encoded. Open while rows are added,
/// frozen from the cut on.
///
/// Written under the commit lock. Readers take a `RowGroupView` under the state lock and then read without any.
final class RowGroup: @unchecked Sendable {
    /// Set in a layout entry whose series has its present column elsewhere: it takes no more samples here.
    static let departed: UInt32 = 0x8000_0000
    /// The highest row limit there may be; groups of the journal may have been made under any.
    static let maximumRows = 64
    private static let headerWords = 2 * CellMatrix.slabRows

    let timeline: UInt32
    /// Counts the timeline's groups.
    let number: UInt32
    /// Start of the window all rows lie in.
    let window: Int64
    let rowLimit: Int
    /// Series references in column order, some with `departed`. Only grows.
    private(set) var layout: [UInt32]
    /// The first matrix holds the columns there were at the start and the rows' times and commit numbers.
    private(set) var matrices: [CellMatrix]
    /// Rows that are committed.
    var rows = 0
    /// Rows with those of the commit under way.
    var filled = 0
    /// Entries of the commit under way.
    var uncommittedEntries = 0
    /// Entries in the journal.
    var entries = 0
    /// Columns the journal knows.
    var journaledColumns = 0
    /// About how many columns ended with a stale marker.
    var staleColumns = 0
    /// Some row lacks a cell.
    var hasGaps = false
    /// Samples put into the row under way.
    var writtenInRow = 0
    /// Journal segment that holds the first row.
    var segment = 0
    /// Its place among the groups that the commit under way has changed; nil when it is none of them.
    var pendingIndex: Int?
    /// What `readingOrder` found for so many columns.
    private var order: [Int]?
    private var orderedColumns = -1

    private let rowCapacity: Int
    private let pool: SlabPool

    /// - Parameters:
    ///   - rowLimit: rows after which the group is cut.
    ///   - rowCapacity: rows there is room for.
    init(
        timeline: UInt32, number: UInt32, window: Int64, rowLimit: Int, rowCapacity: Int, layout: [UInt32], width: Int,
        pool: SlabPool
    ) {
        self.pool = pool
        self.rowCapacity = rowCapacity
        self.timeline = timeline
        self.number = number
        self.window = window
        self.rowLimit = rowLimit
        self.layout = layout
        let main = CellMatrix(
            firstColumn: 0, width: max(width, layout.count), rowCapacity: rowCapacity, headerWords: Self.headerWords,
            pool: pool)
        matrices = [main]
    }

    var columns: Int { layout.count }
    var isTouched: Bool { pendingIndex != nil }
    var lastTime: Int64 { filled == 0 ? .min : time(ofRow: filled - 1) }
    var lastCommit: UInt64 { rows == 0 ? 0 : commit(ofRow: rows - 1) }

    func time(ofRow row: Int) -> Int64 {
        Int64(bitPattern: matrices[0].header(ofRow: row)[row % CellMatrix.slabRows])
    }

    /// The number of the commit that brought the row.
    func commit(ofRow row: Int) -> UInt64 {
        matrices[0].header(ofRow: row)[CellMatrix.slabRows + row % CellMatrix.slabRows]
    }

    func setCommit(_ commit: UInt64, ofRow row: Int) {
        matrices[0].header(ofRow: row)[CellMatrix.slabRows + row % CellMatrix.slabRows] = commit
    }

    /// Adds a row without cells.
    /// - Parameter isAbsent: false when the caller sets all cells that the first matrix has room for.
    func beginRow(time: Int64, isAbsent: Bool = true) {
        precondition(filled < rowCapacity && time > lastTime)
        closeRow()
        filled += 1
        writtenInRow = 0
        matrices[0].beginRow(filled - 1, isAbsent: isAbsent)
        let header = matrices[0].header(ofRow: filled - 1)
        header[(filled - 1) % CellMatrix.slabRows] = UInt64(bitPattern: time)
    }

    /// Notes whether the last row lacks cells.
    func closeRow() {
        if filled > 0 && writtenInRow < columns { hasGaps = true }
    }

    /// Takes back the rows that are not committed.
    func dropUncommittedRows() {
        for row in rows..<filled {
            for matrix in matrices { matrix.cells(ofRow: row)?.update(repeating: Cell.absent, count: matrix.width) }
        }
        filled = rows
        hasGaps = true
    }

    /// The row with exactly this time.
    func row(at time: Int64) -> Int? {
        if filled == 0 || time > self.time(ofRow: filled - 1) { return nil }
        let row = lowerBound(filled) { self.time(ofRow: $0) < time }
        return row < filled && self.time(ofRow: row) == time ? row : nil
    }

    func addColumn(_ reference: UInt32) -> Int {
        let column = layout.count
        layout.append(reference)
        let last = matrices[matrices.count - 1]
        if column >= last.firstColumn + last.width {
            matrices.append(
                CellMatrix(firstColumn: column, width: max(4, column / 8), rowCapacity: rowCapacity, pool: pool))
        }
        if rows > 0 { hasGaps = true }
        return column
    }

    /// The column that a series has or had; looks at `guess` first.
    func column(of reference: UInt32, near guess: Int) -> Int? {
        if guess < layout.count && layout[guess] & ~Self.departed == reference { return guess }
        return layout.withUnsafeBufferPointer { layout in
            layout.firstIndex { $0 & ~Self.departed == reference }
        }
    }

    /// Marks that the column's series has gone elsewhere, or is back.
    func setDeparted(_ isDeparted: Bool, column: Int) {
        if isDeparted { layout[column] |= Self.departed } else { layout[column] &= ~Self.departed }
    }

    func matrix(ofColumn column: Int) -> CellMatrix { matrices[matrixIndex(ofColumn: column)] }

    func matrixIndex(ofColumn column: Int) -> Int {
        var index = 0
        while index + 1 < matrices.count && matrices[index + 1].firstColumn <= column { index += 1 }
        return index
    }

    func cell(row: Int, column: Int) -> UInt64 {
        let matrix = matrix(ofColumn: column)
        return matrix.cells(ofRow: row)?[column - matrix.firstColumn] ?? Cell.absent
    }

    func setCell(_ bits: UInt64, row: Int, column: Int) {
        matrix(ofColumn: column).store(bits, row: row, column: column)
    }

    /// The newest cell of a column, uncommitted rows included.
    func newestCell(column: Int) -> (row: Int, bits: UInt64)? { newestCell(column: column, below: filled) }

    /// The newest cell of a column before a row.
    func newestCell(column: Int, below limit: Int) -> (row: Int, bits: UInt64)? {
        let matrix = matrix(ofColumn: column)
        for row in stride(from: limit - 1, through: 0, by: -1) {
            guard let cells = matrix.cells(ofRow: row) else { continue }
            let bits = cells[column - matrix.firstColumn]
            if bits != Cell.absent { return (row, bits) }
        }
        return nil
    }

    /// Rows with a cell, and rows since the first of them.
    func occupancy(column: Int) -> (cells: Int, rows: Int) {
        let matrix = matrix(ofColumn: column)
        var cells = 0
        var first = filled
        for row in stride(from: filled - 1, through: 0, by: -1) {
            if let found = matrix.cells(ofRow: row), found[column - matrix.firstColumn] != Cell.absent {
                cells += 1
                first = row
            }
        }
        return (cells, filled - first)
    }
}

extension RowGroup {
    /// `columnsByReference` for readers, who ask again and again. With the state lock held.
    func readingOrder() -> [Int]? {
        if orderedColumns != columns {
            order = columnsByReference()
            orderedColumns = columns
        }
        return order
    }

    /// Columns in the order of their references; nil when the layout is in that order.
    func columnsByReference() -> [Int]? {
        let mask = ~Self.departed
        let isSorted = layout.withUnsafeBufferPointer { layout in
            var index = 1
            while index < layout.count && layout[index - 1] & mask < layout[index] & mask { index += 1 }
            return index >= layout.count
        }
        return isSorted ? nil : layout.indices.sorted { layout[$0] & mask < layout[$1] & mask }
    }
}
