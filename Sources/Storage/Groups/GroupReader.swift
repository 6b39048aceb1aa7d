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
        var data = try data(ofColumn: column)
        return try occupancy(&data)?.last ?? rows - 1
    }

    /// Writes the cells from the column's first to its last one at their rows; the others are left as they are.
    func readColumn(_ column: Int, into cells: UnsafeMutablePointer<Double>) throws(ChunkError) {
        var data = try data(ofColumn: column)
        guard let occupancy = try occupancy(&data) else {
            return try ValueChunk.decode(data.rest, count: rows, into: cells)
        }
        // The values come out side by side and are then spread from the end, so that none is overwritten.
        let first = occupancy.first
        if occupancy.values > 0 {
            try ValueChunk.decode(data.rest, count: occupancy.values, into: cells + first)
        }
        Self.spread(cells, values: occupancy.values, first: first, end: occupancy.last + 1, occupancy.holes)
    }

    private struct Occupancy {
        var first: Int
        var last: Int
        var values: Int
        var holes: [(start: Int, length: Int, isStale: Bool)] = []
    }

    /// Where the column has cells; nil when in every row. Leaves the cursor at the value chunk.
    private func occupancy(_ data: inout FrameCursor) throws(ChunkError) -> Occupancy? {
        guard let flags = data.byte() else { throw .truncated }
        if flags == 0 { return nil }
        guard flags == GroupFormat.hasOccupancy else { throw .unknownCodec(flags) }
        guard let first = data.varint(), let span = data.varint(), let gaps = data.varint(), span > 0,
            first < UInt64(rows), span <= UInt64(rows) - first, gaps <= span
        else { throw .malformed }
        var found = Occupancy(first: Int(first), last: Int(first + span) - 1, values: Int(span))
        var position = found.first
        for _ in 0..<gaps {
            guard let skip = data.varint(), let code = data.varint(), skip <= span, code >> 1 <= span else {
                throw .malformed
            }
            let length = Int(code >> 1)
            found.holes.append((position + Int(skip), length, code & 1 == 1))
            position += Int(skip) + length
            found.values -= length
        }
        guard position <= found.last + 1, found.values >= 0 else { throw .malformed }
        return found
    }

    private func data(ofColumn column: Int) throws(ChunkError) -> FrameCursor {
        let start = column == 0 ? 0 : Int(bytes.littleEndian(endsAt + 4 * (column - 1), as: UInt32.self))
        let end = Int(bytes.littleEndian(endsAt + 4 * column, as: UInt32.self))
        guard start < end, dataAt + end <= bytes.count,
            let data = FrameCursor(UnsafeRawBufferPointer(rebasing: bytes[dataAt + start..<dataAt + end]))
        else { throw .malformed }
        return data
    }

    private static func spread(
        _ cells: UnsafeMutablePointer<Double>, values: Int, first: Int, end: Int,
        _ holes: [(start: Int, length: Int, isStale: Bool)]
    ) {
        var source = first + values
        var target = end
        for hole in holes.reversed() {
            let run = target - (hole.start + hole.length)
            source -= run
            (cells + hole.start + hole.length).update(from: cells + source, count: run)
            (cells + hole.start).update(repeating: hole.isStale ? .staleMarker : .absent, count: hole.length)
            target = hole.start
        }
    }
}
