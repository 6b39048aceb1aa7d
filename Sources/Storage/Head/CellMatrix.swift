import CShims

/// Some neighbouring columns of an open group: 8-byte cells, row by row, in slabs of four rows that are made as rows
/// come. Cells start out absent: those of the first columns when their row begins, while it is in the processor's cache
/// for what comes next; those of columns that were added later, which may come for any row, with their slab.
///
/// One writer, many readers: a cell of a published row changes only from absent to a value, in one atomic store of
/// 8 bytes, and readers load it so. Slabs live as long as the matrix, so whoever holds it may read the rows that were
/// published when it looked.
final class CellMatrix: @unchecked Sendable {
    static let slabRows = 4

    /// Column number of the first column in the group's layout.
    let firstColumn: Int
    /// Columns there is room for.
    let width: Int
    /// Words in front of a slab's cells.
    private let headerWords: Int
    private let slabs: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
    private let slabLimit: Int
    private let pool: SlabPool

    init(firstColumn: Int, width: Int, rowCapacity: Int, headerWords: Int = 0, pool: SlabPool) {
        self.pool = pool
        self.firstColumn = firstColumn
        self.width = width
        self.headerWords = headerWords
        slabLimit = (rowCapacity + Self.slabRows - 1) / Self.slabRows
        slabs = .allocate(capacity: slabLimit)
        slabs.initialize(repeating: nil, count: slabLimit)
    }

    deinit {
        for index in 0..<slabLimit {
            if let slab = slabs[index] { pool.put(slab, words: slabWords) }
        }
        slabs.deallocate()
    }

    private var slabWords: Int { headerWords + Self.slabRows * width }

    /// The words in front of the cells of the slab that holds a row.
    func header(ofRow row: Int) -> UnsafeMutablePointer<UInt64> { slab(ofRow: row) }

    /// The row's cells for reading; nil when none of four rows has a cell here.
    func cells(ofRow row: Int) -> UnsafeMutablePointer<UInt64>? {
        // A fill may make the slab while readers look for it.
        guard let slab = cshims_load_pointer_acquire(slabs + row / Self.slabRows) else { return nil }
        return slab + headerWords + row % Self.slabRows * width
    }

    /// A cell of a row's cells that may be filled meanwhile.
    static func load(_ cell: UnsafePointer<UInt64>) -> UInt64 { cshims_load_acquire(cell) }

    /// Begins to load a cell.
    @inline(__always) static func prefetch(_ cell: UnsafePointer<UInt64>) { cshims_prefetch_read(cell) }

    /// Sets a cell that readers may look at.
    func store(_ bits: UInt64, row: Int, column: Int) {
        cshims_store_release(makeCells(ofRow: row) + (column - firstColumn), bits)
    }

    /// The row's cells for writing.
    func makeCells(ofRow row: Int) -> UnsafeMutablePointer<UInt64> {
        slab(ofRow: row) + headerWords + row % Self.slabRows * width
    }

    /// Makes room for a row, the first of its slab or behind one that is there.
    /// - Parameter isAbsent: presets its cells; else the caller sets them all.
    func beginRow(_ row: Int, isAbsent: Bool) {
        if slabs[row / Self.slabRows] == nil { publish(pool.take(words: slabWords), ofRow: row) }
        if isAbsent { makeCells(ofRow: row).initialize(repeating: Cell.absent, count: width) }
    }

    private func slab(ofRow row: Int) -> UnsafeMutablePointer<UInt64> {
        if let slab = slabs[row / Self.slabRows] { return slab }
        let slab = pool.take(words: slabWords)
        slab.initialize(repeating: Cell.absent, count: slabWords)
        publish(slab, ofRow: row)
        return slab
    }

    private func publish(_ slab: UnsafeMutablePointer<UInt64>, ofRow row: Int) {
        cshims_store_pointer_release(slabs + row / Self.slabRows, slab)
    }
}
