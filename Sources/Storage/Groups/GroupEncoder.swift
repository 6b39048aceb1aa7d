import Chunks
import Model
import Platform

/// Encodes row groups and late samples into the bytes of a group file. Not thread safe.
final class GroupEncoder {
    let buffer = ByteBuffer(capacity: 1 << 16)
    private let data = ByteBuffer(capacity: 1 << 14)
    private var times: [Int64] = []
    private var references: [UInt32] = []
    private var ends: [UInt32] = []
    private let encoder = ColumnEncoder()
    /// The cells of one column.
    private var cells = UnsafeMutableBufferPointer<Double>.allocate(capacity: RowGroup.maximumRows)

    deinit { cells.deallocate() }

    /// Appends a frozen group.
    func append(_ group: RowGroup) {
        begin()
        for row in 0..<group.rows { times.append(group.time(ofRow: row)) }
        let matrices = group.matrices
        let rows = matrices.map { matrix in (0..<group.rows).map { matrix.cells(ofRow: $0) } }
        let order = group.columnsByReference()
        for place in 0..<group.columns {
            let column = order?[place] ?? place
            let index = group.matrixIndex(ofColumn: column)
            rows[index].withUnsafeBufferPointer {
                append(group.layout[column], column - matrices[index].firstColumn, $0)
            }
        }
        finish(timeline: group.timeline, number: group.number, flags: 0)
    }

    /// Appends late samples of one series, sorted by time, as a group of their own.
    func appendLate(_ reference: UInt32, _ samples: [LateStore.Sample]) {
        begin()
        reserve(rows: samples.count)
        for (row, sample) in samples.enumerated() {
            times.append(sample.time)
            cells[row] = Double(bitPattern: sample.bits)
        }
        if appendColumn(rows: samples.count) { close(reference) }
        finish(timeline: GroupFormat.noTimeline, number: 0, flags: GroupFormat.late)
    }

    private func begin() {
        data.removeAll()
        times.removeAll(keepingCapacity: true)
        references.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    private func reserve(rows: Int) {
        if rows <= cells.count { return }
        cells.deallocate()
        cells = .allocate(capacity: rows)
    }

    /// Appends one column of a matrix, if it has a cell.
    private func append(
        _ entry: UInt32, _ offset: Int, _ rows: UnsafeBufferPointer<UnsafeMutablePointer<UInt64>?>
    ) {
        let cells = cells
        for row in 0..<rows.count { cells[row] = Double(bitPattern: rows[row]?[offset] ?? Cell.absent) }
        if appendColumn(rows: rows.count) { close(entry & ~RowGroup.departed) }
    }

    private func close(_ reference: UInt32) {
        references.append(reference)
        ends.append(UInt32(data.count))
    }

    private func finish(timeline: UInt32, number: UInt32, flags: UInt32) {
        while buffer.count % 8 != 0 { buffer.append(UInt8(0)) }
        let start = buffer.count
        buffer.append(integer: GroupFormat.marker)
        buffer.append(integer: UInt32(0))
        buffer.append(integer: UInt32(0))
        for field in [timeline, number, flags, UInt32(times.count), UInt32(references.count)] {
            buffer.append(integer: field)
        }
        buffer.append(integer: times[0])
        buffer.append(integer: times[times.count - 1])
        buffer.append(integer: UInt32(0))
        buffer.append(integer: UInt32(data.count))
        for reference in references { buffer.append(integer: reference) }
        for end in ends { buffer.append(integer: end) }
        let timesAt = buffer.count
        times.withUnsafeBufferPointer { TimestampChunk.encode($0, into: buffer) }
        set(UInt32(buffer.count - timesAt), at: start + 48)
        buffer.append(data.bytes)
        set(UInt32(buffer.count - start - 12), at: start + 8)
        set(CRC32C.checksum(UnsafeRawBufferPointer(rebasing: buffer.bytes[(start + 8)...])), at: start + 4)
    }

    private func set(_ value: UInt32, at offset: Int) {
        buffer.base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Appends the column in `cells` to `data`; false when it has no cell.
    private func appendColumn(rows: Int) -> Bool {
        encoder.encode(UnsafeBufferPointer(rebasing: cells[..<rows]), into: data)
    }
}
