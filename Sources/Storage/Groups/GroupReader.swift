import CShims
import Chunks
import Model
import Platform

/// A group in a mapped file. Valid as long as the mapping.
struct GroupReader {
    private let bytes: UnsafeRawBufferPointer
    let timeline: UInt32
    let number: UInt32
    let isLate: Bool
    let rows: Int
    let columns: Int
    let firstTime: Int64
    let lastTime: Int64
    private let timesLength: Int
    private let referencesAt = GroupFormat.headerLength
    private var endsAt: Int { referencesAt + 4 * columns }
    private var timesAt: Int { endsAt + 4 * columns }
    private var dataAt: Int { timesAt + timesLength }
    /// Bytes of the group.
    var length: Int { bytes.count }

    /// The group at an offset; nil when its head makes no sense. Does not look at the checksum.
    init?(_ file: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 0, file.count - offset >= GroupFormat.headerLength,
            file.littleEndian(offset, as: UInt32.self) == GroupFormat.marker
        else { return nil }
        let length = 12 + Int(file.littleEndian(offset + 8, as: UInt32.self))
        guard length >= GroupFormat.headerLength, length <= file.count - offset else { return nil }
        bytes = UnsafeRawBufferPointer(rebasing: file[offset..<offset + length])
        timeline = bytes.littleEndian(12, as: UInt32.self)
        number = bytes.littleEndian(16, as: UInt32.self)
        isLate = bytes.littleEndian(20, as: UInt32.self) & GroupFormat.late != 0
        rows = Int(bytes.littleEndian(24, as: UInt32.self))
        columns = Int(bytes.littleEndian(28, as: UInt32.self))
        firstTime = bytes.littleEndian(32, as: Int64.self)
        lastTime = bytes.littleEndian(40, as: Int64.self)
        timesLength = Int(bytes.littleEndian(48, as: UInt32.self))
        let dataLength = Int(bytes.littleEndian(52, as: UInt32.self))
        guard rows > 0, dataAt + dataLength == length else { return nil }
    }

    var isSound: Bool {
        CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[8...])) == bytes.littleEndian(4, as: UInt32.self)
    }

    /// The references of all columns as they lie in the file.
    var referenceBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[referencesAt..<endsAt]) }

    func reference(_ column: Int) -> UInt32 { bytes.littleEndian(referencesAt + 4 * column, as: UInt32.self) }

    /// The column of a series; looks at `hint` first and leaves there where the next reference stands.
    func column(of reference: UInt32, hint: inout Int) -> Int? {
        if hint >= columns || self.reference(hint) != reference {
            hint = lowerBound(columns) { self.reference($0) < reference }
        }
        guard hint < columns, self.reference(hint) == reference else { return nil }
        hint += 1
        return hint - 1
    }

    func readTimes(into times: UnsafeMutablePointer<Int64>) throws(ChunkError) {
        let chunk = UnsafeRawBufferPointer(rebasing: bytes[timesAt..<timesAt + timesLength])
        try TimestampChunk.decode(chunk, count: rows, into: times)
    }

    /// Row of a column's last cell, without decoding values.
    func lastRow(ofColumn column: Int) throws(ChunkError) -> Int {
        try EncodedColumn(data(ofColumn: column), rows: rows).lastRow
    }

    /// Writes the cells of all rows. True when every row has a value.
    @discardableResult func readColumn(
        _ column: Int, into cells: UnsafeMutablePointer<Double>
    ) throws(ChunkError) -> Bool {
        try EncodedColumn.decode(data(ofColumn: column), rows: rows, into: cells)
    }

    func data(ofColumn column: Int) throws(ChunkError) -> UnsafeRawBufferPointer {
        let start = column == 0 ? 0 : Int(bytes.littleEndian(endsAt + 4 * (column - 1), as: UInt32.self))
        let end = Int(bytes.littleEndian(endsAt + 4 * column, as: UInt32.self))
        guard start < end, dataAt + end <= bytes.count else { throw .malformed }
        return UnsafeRawBufferPointer(rebasing: bytes[dataAt + start..<dataAt + end])
    }
}

/// What is read soon can begin to come from memory while something else is done.
extension GroupReader {
    /// The head of the group at an offset.
    static func prefetch(_ file: UnsafeRawBufferPointer, at offset: Int) {
        guard let head = file.baseAddress.map({ $0 + offset }) else { return }
        cshims_prefetch_read(head)
        cshims_prefetch_read(head + (GroupFormat.headerLength - 1))
    }

    /// A column's bytes, which are seldom more than two lines of the cache.
    @inline(__always) static func prefetch(_ column: UnsafeRawBufferPointer) {
        guard let start = column.baseAddress else { return }
        cshims_prefetch_read(start)
        cshims_prefetch_read(start + (column.count - 1))
    }

    func prefetchTimes() {
        Self.prefetch(UnsafeRawBufferPointer(rebasing: bytes[timesAt..<timesAt + timesLength]))
    }

    /// What says which series a column has and where it ends.
    @inline(__always) func prefetchEntry(ofColumn column: Int) {
        guard let start = bytes.baseAddress else { return }
        cshims_prefetch_read(start + (referencesAt + 4 * column))
        cshims_prefetch_read(start + (endsAt + 4 * column))
    }
}
