import Chunks
import Model
import Platform

/// The cells of one column in a run of rows as bytes (docs/format/block.md).
///
///     flags u8: 1 = occupancy follows (else every row has a value), upper bits: kind, 0 float
///     [occupancy: first row varint, rows to its last cell varint, gaps varint, per gap: rows since the last gap
///     varint, length x 2 + stale varint]
///     value chunk of the rows that have one, if any has
enum ColumnCode {
    static let hasOccupancy: UInt8 = 1

    private struct Hole {
        var start: Int
        var length: Int
        var isStale: Bool
    }

    /// Appends the cells; nothing when none of the rows has one.
    /// - Parameter values: room for as many values as there are cells.
    static func encode(
        _ cells: UnsafeBufferPointer<Double>, values: UnsafeMutablePointer<Double>, into buffer: ByteBuffer
    ) {
        var count = 0
        for cell in cells {
            values[count] = cell
            count &+= cell.isAbsent || cell.isStaleMarker ? 0 : 1
        }
        if count == cells.count {
            buffer.append(UInt8(0))
        } else if !appendOccupancy(of: cells, to: buffer) {
            return
        }
        if count > 0 { ValueChunk.encode(UnsafeBufferPointer(start: values, count: count), into: buffer) }
    }

    private static func appendOccupancy(of cells: UnsafeBufferPointer<Double>, to buffer: ByteBuffer) -> Bool {
        guard let first = cells.firstIndex(where: { !$0.isAbsent }),
            let last = cells.lastIndex(where: { !$0.isAbsent })
        else { return false }
        var holes: [Hole] = []
        for row in first...last where cells[row].isAbsent || cells[row].isStaleMarker {
            let isStale = cells[row].isStaleMarker
            if let hole = holes.last, hole.start + hole.length == row, hole.isStale == isStale {
                holes[holes.count - 1].length += 1
            } else {
                holes.append(Hole(start: row, length: 1, isStale: isStale))
            }
        }
        buffer.append(hasOccupancy)
        buffer.append(varint: UInt64(first))
        buffer.append(varint: UInt64(last - first + 1))
        buffer.append(varint: UInt64(holes.count))
        var position = first
        for hole in holes {
            buffer.append(varint: UInt64(hole.start - position))
            buffer.append(varint: UInt64(hole.length * 2 + (hole.isStale ? 1 : 0)))
            position = hole.start + hole.length
        }
        return true
    }

    /// Writes the cells of all rows. True when every row has a value: then none of them is absent or stale.
    @discardableResult static func decode(
        _ bytes: UnsafeRawBufferPointer, rows: Int, into cells: UnsafeMutablePointer<Double>
    ) throws(ChunkError) -> Bool {
        guard var cursor = bytes.baseAddress, let flags = bytes.first else { throw .truncated }
        let end = cursor + bytes.count
        cursor += 1
        if flags == 0 {
            try ValueChunk.decode(.init(start: cursor, count: end - cursor), count: rows, into: cells)
            return true
        }
        let occupancy = try Occupancy(flags, &cursor, end: end, rows: rows)
        // The values come out side by side and are then spread from the end, so that none is overwritten.
        if occupancy.values > 0 {
            let values = UnsafeRawBufferPointer(start: cursor, count: end - cursor)
            try ValueChunk.decode(values, count: occupancy.values, into: cells + occupancy.first)
        }
        occupancy.spread(cells)
        cells.update(repeating: .absent, count: occupancy.first)
        (cells + occupancy.end).update(repeating: .absent, count: rows - occupancy.end)
        return false
    }

    /// Row of the last cell, without decoding values.
    static func lastRow(_ bytes: UnsafeRawBufferPointer, rows: Int) throws(ChunkError) -> Int {
        guard var cursor = bytes.baseAddress, let flags = bytes.first else { throw .truncated }
        let end = cursor + bytes.count
        cursor += 1
        return flags == 0 ? rows - 1 : try Occupancy(flags, &cursor, end: end, rows: rows).end - 1
    }
}

extension ColumnCode {
    /// Where a column has cells that is not one value in every row.
    private struct Occupancy {
        let first: Int
        /// Behind the last cell.
        let end: Int
        private(set) var values: Int
        private var holes: [Hole] = []

        /// Leaves the cursor at the value chunk.
        init(_ flags: UInt8, _ cursor: inout UnsafeRawPointer, end: UnsafeRawPointer, rows: Int) throws(ChunkError) {
            guard flags == hasOccupancy else { throw .unknownCodec(flags) }
            guard let first = Varint.decode(&cursor, end: end), let span = Varint.decode(&cursor, end: end),
                let gaps = Varint.decode(&cursor, end: end), span > 0, first < UInt64(rows),
                span <= UInt64(rows) - first, gaps <= span
            else { throw .malformed }
            self.first = Int(first)
            self.end = Int(first + span)
            values = Int(span)
            var position = self.first
            for _ in 0..<gaps {
                guard let skip = Varint.decode(&cursor, end: end), let code = Varint.decode(&cursor, end: end),
                    skip <= span, code >> 1 <= span
                else { throw .malformed }
                let hole = Hole(start: position + Int(skip), length: Int(code >> 1), isStale: code & 1 == 1)
                holes.append(hole)
                position = hole.start + hole.length
                values -= hole.length
            }
            guard position <= self.end, values >= 0 else { throw .malformed }
        }

        /// Moves the values, which stand side by side from the first cell on, to their rows and fills the holes.
        func spread(_ cells: UnsafeMutablePointer<Double>) {
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
}
