import Chunks
import Model
import Platform

/// The cells of one column in a run of rows as bytes, in groups of the head and in blocks (docs/format/block.md). Valid
/// as long as the bytes.
///
///     flags u8: 1 = occupancy follows (else every row has a value), 2 = relative, upper bits: kind, 0 float
///     [relative: varint, how many bytes before this column the one stands to whose values in these rows its own are
///     added]
///     [occupancy: first row varint, rows to its last cell varint, gaps varint, per gap: rows since the last gap
///     varint, length x 2 + stale varint]
///     value chunk of the rows that have one, if any has
struct EncodedColumn {
    static let hasOccupancy: UInt8 = 1
    static let isRelative: UInt8 = 2

    private struct Hole {
        var start: Int
        var length: Int
        var isStale: Bool
    }

    private let rows: Int
    /// How many bytes before this column its neighbour stands; nil when it needs none.
    private(set) var distance: Int?
    /// Cells that are values.
    private(set) var count: Int
    /// The first row with a cell, and the row behind the last one.
    private var first = 0
    private var end: Int
    private var holes: [Hole] = []
    private var chunk: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer, rows: Int) throws(ChunkError) {
        guard var cursor = bytes.baseAddress, let flags = bytes.first else { throw .truncated }
        let limit = cursor + bytes.count
        cursor += 1
        guard flags <= Self.hasOccupancy | Self.isRelative else { throw .unknownCodec(flags) }
        self.rows = rows
        count = rows
        end = rows
        chunk = bytes
        if flags & Self.isRelative != 0 {
            guard let distance = Varint.decode(&cursor, end: limit), distance > 0, distance <= UInt64(Int32.max) else {
                throw .malformed
            }
            self.distance = Int(distance)
        }
        if flags & Self.hasOccupancy != 0 { try readOccupancy(&cursor, limit, rows) }
        chunk = UnsafeRawBufferPointer(start: cursor, count: limit - cursor)
    }

    private mutating func readOccupancy(
        _ cursor: inout UnsafeRawPointer, _ limit: UnsafeRawPointer, _ rows: Int
    ) throws(ChunkError) {
        guard let first = Varint.decode(&cursor, end: limit), let span = Varint.decode(&cursor, end: limit),
            let gaps = Varint.decode(&cursor, end: limit), span > 0, first < UInt64(rows),
            span <= UInt64(rows) - first, gaps <= span
        else { throw .malformed }
        self.first = Int(first)
        end = Int(first + span)
        count = Int(span)
        var position = Int(first)
        for _ in 0..<gaps {
            guard let skip = Varint.decode(&cursor, end: limit), let code = Varint.decode(&cursor, end: limit),
                skip <= span, code >> 1 <= span
            else { throw .malformed }
            let hole = Hole(start: position + Int(skip), length: Int(code >> 1), isStale: code & 1 == 1)
            holes.append(hole)
            position = hole.start + hole.length
            count -= hole.length
        }
        guard position <= end, count >= 0 else { throw .malformed }
    }

    /// Row of the last cell.
    var lastRow: Int { end - 1 }

    /// Writes the cells of all rows of a column that needs no neighbour. True when every row has a value: then none of
    /// them is absent or stale.
    @discardableResult static func decode(
        _ bytes: UnsafeRawBufferPointer, rows: Int, into cells: UnsafeMutablePointer<Double>
    ) throws(ChunkError) -> Bool {
        // Nearly all columns have a value in every row.
        if bytes.first == 0 {
            try ValueChunk.decode(.init(rebasing: bytes[1...]), count: rows, into: cells)
            return true
        }
        let column = try EncodedColumn(bytes, rows: rows)
        if column.distance != nil { throw .malformed }
        if column.count > 0 { try ValueChunk.decode(column.chunk, count: column.count, into: cells + column.first) }
        return column.spread(cells)
    }

    /// Writes the values without gaps and stale markers. There is room for `count` of them.
    /// - Parameter neighbour: the values of the column that this one is relative to.
    func decodeValues(
        relativeTo neighbour: UnsafeBufferPointer<Double>, into values: UnsafeMutablePointer<Double>
    ) throws(ChunkError) {
        if count == 0 { return }
        if distance == nil { return try ValueChunk.decode(chunk, count: count, into: values) }
        if neighbour.count != count { throw .malformed }
        try ValueChunk.decode(chunk, relativeTo: neighbour, into: values)
    }

    /// Writes the cells of all rows, of which the values were decoded before. True when every row has a value.
    func place(_ values: UnsafeBufferPointer<Double>, into cells: UnsafeMutablePointer<Double>) -> Bool {
        if let source = values.baseAddress { (cells + first).update(from: source, count: count) }
        return spread(cells)
    }

    /// Moves the values, which stand side by side from the first cell on, to their rows: from the end, so that none is
    /// overwritten.
    private func spread(_ cells: UnsafeMutablePointer<Double>) -> Bool {
        if count == rows { return true }
        var source = first + count
        var target = end
        for hole in holes.reversed() {
            let run = target - (hole.start + hole.length)
            source -= run
            (cells + hole.start + hole.length).update(from: cells + source, count: run)
            (cells + hole.start).update(repeating: hole.isStale ? .staleMarker : .absent, count: hole.length)
            target = hole.start
        }
        cells.update(repeating: .absent, count: first)
        (cells + end).update(repeating: .absent, count: rows - end)
        return false
    }
}
