import Chunks
import Model
import Platform

/// Writes the data file of a block, timeline by timeline. Not thread safe.
final class BlockDataWriter {
    private static let bytesPerWrite = 1 << 20

    private let file: any File
    private let buffer = ByteBuffer(capacity: 1 << 20)
    private let payload = ByteBuffer()
    private let group = ByteBuffer()
    private let encoder = ColumnEncoder()
    /// Values of a neighbour in one row group.
    private var neighbourValues: [Double] = []
    /// Bytes handed to the file.
    private var written = 0
    private(set) var timelines: [BlockTimeline] = []
    private(set) var samples = 0
    private(set) var firstTime = Int64.max
    private(set) var lastTime = Int64.min

    init(_ file: any File) throws(FileError) {
        self.file = file
        try file.truncate(to: 0)
        BlockFormat.appendDataHeader(to: buffer)
    }

    /// Bytes of the file so far.
    var size: Int { written + buffer.count }

    /// Begins a timeline; its columns follow by `appendColumn`.
    func begin(key: UInt64, origin: Origin, times: [Int64]) {
        let start = buffer.count
        times.withUnsafeBufferPointer { TimestampChunk.encode($0, into: buffer) }
        let chunk = UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])
        timelines.append(
            BlockTimeline(
                key: key, origin: origin, rows: times.count, offset: written + start, columns: 0,
                timesLength: chunk.count, firstTime: times[0], lastTime: times[times.count - 1],
                timesChecksum: CRC32C.checksum(chunk)))
        firstTime = min(firstTime, times[0])
        lastTime = max(lastTime, times[times.count - 1])
    }

    /// Appends a column of the timeline begun last, a cell per row; nil when no row has one.
    /// - Parameter neighbour: a column of the same timeline, appended before, that this one may be coded relative to.
    func appendColumn(
        _ cells: UnsafeBufferPointer<Double>, beside neighbour: (column: BlockColumn, cells: [Double])? = nil
    ) throws(FileError) -> BlockColumn? {
        guard let first = cells.firstIndex(where: { !$0.isAbsent }),
            let last = cells.lastIndex(where: { !$0.isAbsent })
        else { return nil }
        let number = timelines.count - 1
        let offset = size - timelines[number].offset
        payload.removeAll()
        group.removeAll()
        for start in stride(from: 0, to: cells.count, by: BlockFormat.rowsPerGroup) {
            let rows = start..<min(start + BlockFormat.rowsPerGroup, cells.count)
            let before = group.count
            encode(cells, rows, offset, neighbour)
            if rows.upperBound < cells.count { payload.append(varint: UInt64(group.count - before)) }
        }
        payload.append(group.bytes)
        for cell in cells[first...last] where !cell.isAbsent { samples += 1 }
        let column = BlockColumn(
            timeline: number, offset: offset, firstRow: first, rowsBehind: cells.count - 1 - last)
        buffer.append(integer: CRC32C.checksum(payload.bytes))
        buffer.append(varint: UInt64(payload.count))
        buffer.append(payload.bytes)
        timelines[number].columns += 1
        if buffer.count >= Self.bytesPerWrite { try flush() }
        return column
    }

    private func encode(
        _ cells: UnsafeBufferPointer<Double>, _ rows: Range<Int>, _ offset: Int,
        _ neighbour: (column: BlockColumn, cells: [Double])?
    ) {
        let cells = UnsafeBufferPointer(rebasing: cells[rows])
        guard let neighbour else {
            encoder.encode(cells, into: group)
            return
        }
        if neighbourValues.count < rows.count { neighbourValues = [Double](repeating: 0, count: rows.count) }
        neighbour.cells.withUnsafeBufferPointer { other in
            neighbourValues.withUnsafeMutableBufferPointer { values in
                let count = ColumnEncoder.compact(UnsafeBufferPointer(rebasing: other[rows]), into: values)
                let found = UnsafeBufferPointer(rebasing: values[..<count])
                encoder.encode(
                    cells, beside: .init(values: found, distance: offset - neighbour.column.offset), into: group)
            }
        }
    }

    /// Hands everything to the file and makes it durable.
    func finish() throws(FileError) {
        try flush()
        try file.sync()
    }

    private func flush() throws(FileError) {
        try file.append(buffer.bytes)
        written += buffer.count
        buffer.removeAll()
    }
}
