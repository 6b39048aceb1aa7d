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

    /// The column of a series.
    func column(of reference: UInt32) -> Int? {
        var low = 0
        var high = columns
        while low < high {
            let middle = (low + high) / 2
            if self.reference(middle) < reference { low = middle + 1 } else { high = middle }
        }
        return low < columns && self.reference(low) == reference ? low : nil
    }

    func readTimes(into times: UnsafeMutablePointer<Int64>) throws(ChunkError) {
        let chunk = UnsafeRawBufferPointer(rebasing: bytes[timesAt..<timesAt + timesLength])
        try TimestampChunk.decode(chunk, count: rows, into: times)
    }

    /// Row of a column's last cell, without decoding values.
    func lastRow(ofColumn column: Int) throws(ChunkError) -> Int {
        let (first, span, _) = try head(ofColumn: column)
        return first + span - 1
    }

    /// Writes the cells from the column's first to its last one at their rows; the others are left as they are.
    func readColumn(_ column: Int, into cells: UnsafeMutablePointer<Double>) throws(ChunkError) {
        let (first, span, rest) = try head(ofColumn: column)
        guard var cursor = rest.baseAddress else { throw .truncated }
        let end = cursor + rest.count
        guard let gaps = Varint.decode(&cursor, end: end), gaps <= UInt64(span) else { throw .malformed }
        if gaps == 0 {
            return try ValueChunk.decode(.init(start: cursor, count: end - cursor), count: span, into: cells + first)
        }
        var holes: [(start: Int, length: Int, isStale: Bool)] = []
        var position = first
        var missing = 0
        for _ in 0..<gaps {
            guard let skip = Varint.decode(&cursor, end: end), let code = Varint.decode(&cursor, end: end),
                skip <= UInt64(span), code >> 1 <= UInt64(span)
            else { throw .malformed }
            let length = Int(code >> 1)
            holes.append((position + Int(skip), length, code & 1 == 1))
            position += Int(skip) + length
            missing += length
        }
        guard position <= first + span else { throw .malformed }
        let count = span - missing
        // The values come out side by side and are then spread from the end, so that none is overwritten.
        if count > 0 {
            try ValueChunk.decode(.init(start: cursor, count: end - cursor), count: count, into: cells + first)
        }
        Self.spread(cells, values: count, first: first, end: first + span, holes)
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

    private func head(
        ofColumn column: Int
    ) throws(ChunkError) -> (first: Int, span: Int, rest: UnsafeRawBufferPointer) {
        let start = column == 0 ? 0 : Int(bytes.littleEndian(endsAt + 4 * (column - 1), as: UInt32.self))
        let end = Int(bytes.littleEndian(endsAt + 4 * column, as: UInt32.self))
        guard start < end, dataAt + end <= bytes.count else { throw .malformed }
        let data = UnsafeRawBufferPointer(rebasing: bytes[dataAt + start..<dataAt + end])
        guard var cursor = data.baseAddress else { throw .truncated }
        let limit = cursor + data.count
        guard let first = Varint.decode(&cursor, end: limit), let span = Varint.decode(&cursor, end: limit),
            span > 0, first < UInt64(rows), span <= UInt64(rows) - first
        else { throw .malformed }
        return (Int(first), Int(span), .init(start: cursor, count: limit - cursor))
    }
}
