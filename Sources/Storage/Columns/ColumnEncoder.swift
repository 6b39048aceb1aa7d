import Chunks
import Model
import Platform

/// Encodes the cells of columns as `EncodedColumn` says. Not thread safe.
final class ColumnEncoder {
    /// A column of the same rows that is written already.
    struct Neighbour {
        /// Its values, without gaps and stale markers.
        var values: UnsafeBufferPointer<Double>
        /// How far behind it the column is that is encoded, in bytes.
        var distance: Int
    }

    private struct Hole {
        var start: Int
        var length: Int
        var isStale: Bool
    }

    private var values = UnsafeMutableBufferPointer<Double>.allocate(capacity: 32)
    private let chunk = ByteBuffer()

    deinit { values.deallocate() }

    /// Appends the cells, coded relative to the neighbour if that is shorter; nothing, and false, when none of the rows
    /// has one.
    @discardableResult func encode(
        _ cells: UnsafeBufferPointer<Double>, beside neighbour: Neighbour? = nil, into buffer: ByteBuffer
    ) -> Bool {
        reserve(cells.count)
        let count = Self.compact(cells, into: values)
        let isFull = count == cells.count
        if !isFull && !cells.contains(where: { !$0.isAbsent }) { return false }
        let found = UnsafeBufferPointer(rebasing: values[..<count])
        let flags = isFull ? 0 : EncodedColumn.hasOccupancy
        guard count > 0, let neighbour, neighbour.values.count == count else {
            buffer.append(flags)
            if !isFull { Self.appendOccupancy(of: cells, to: buffer) }
            if count > 0 { ValueChunk.encode(found, into: buffer) }
            return true
        }
        chunk.removeAll()
        let isRelative = ValueChunk.encode(found, relativeTo: neighbour.values, into: chunk)
        buffer.append(isRelative ? flags | EncodedColumn.isRelative : flags)
        if isRelative { buffer.append(varint: UInt64(neighbour.distance)) }
        if !isFull { Self.appendOccupancy(of: cells, to: buffer) }
        buffer.append(chunk.bytes)
        return true
    }

    /// Writes the cells that are values side by side and returns their number. There is room for all cells.
    static func compact(
        _ cells: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>
    ) -> Int {
        var count = 0
        for cell in cells {
            values[count] = cell
            count &+= cell.isAbsent || cell.isStaleMarker ? 0 : 1
        }
        return count
    }

    private func reserve(_ count: Int) {
        if count <= values.count { return }
        values.deallocate()
        values = .allocate(capacity: count)
    }

    /// At least one of the rows has a cell.
    private static func appendOccupancy(of cells: UnsafeBufferPointer<Double>, to buffer: ByteBuffer) {
        let first = cells.firstIndex { !$0.isAbsent } ?? 0
        let last = cells.lastIndex { !$0.isAbsent } ?? 0
        var holes: [Hole] = []
        for row in first...last where cells[row].isAbsent || cells[row].isStaleMarker {
            let isStale = cells[row].isStaleMarker
            if let hole = holes.last, hole.start + hole.length == row, hole.isStale == isStale {
                holes[holes.count - 1].length += 1
            } else {
                holes.append(Hole(start: row, length: 1, isStale: isStale))
            }
        }
        buffer.append(varint: UInt64(first))
        buffer.append(varint: UInt64(last - first + 1))
        buffer.append(varint: UInt64(holes.count))
        var position = first
        for hole in holes {
            buffer.append(varint: UInt64(hole.start - position))
            buffer.append(varint: UInt64(hole.length * 2 + (hole.isStale ? 1 : 0)))
            position = hole.start + hole.length
        }
    }
}
