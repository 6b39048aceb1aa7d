import Chunks
import Model
import Platform

/// Reading the cells of columns, some of which are coded relative to others.
extension BlockReader {
    /// Columns of which each needs the next one; no encoder makes longer chains.
    private static let longestChain = 16

    /// Writes the cells of some rows of a column. True when every one has a value.
    /// - Parameter neighbours: shared by reads of the columns of one timeline, so that each is decoded once.
    @discardableResult func readColumn(
        _ column: BlockColumn, of timeline: BlockTimeline, rows: Range<Int>,
        neighbours: NeighbourValues = NeighbourValues(), into cells: UnsafeMutablePointer<Double>
    ) throws(BlockError) -> Bool {
        try readColumn(at: column.offset, of: timeline, rows: rows, neighbours: neighbours, into: cells)
    }

    /// The same for the column so many bytes behind the timeline's offset.
    func readColumn(
        at offset: Int, of timeline: BlockTimeline, rows: Range<Int>, neighbours: NeighbourValues,
        into cells: UnsafeMutablePointer<Double>
    ) throws(BlockError) -> Bool {
        let start = timeline.offset + offset
        var groups = try groups(at: start, of: timeline)
        var isFull = true
        while let group = groups.next() {
            if group.rows.upperBound <= rows.lowerBound { continue }
            if group.rows.lowerBound >= rows.upperBound { break }
            let wanted = rows.clamped(to: group.rows)
            let target = cells + (wanted.lowerBound - rows.lowerBound)
            if group.bytes.isEmpty {
                target.update(repeating: .absent, count: wanted.count)
                isFull = false
            } else if wanted == group.rows {
                if try !readGroup(group, at: start, of: timeline, neighbours, into: target) { isFull = false }
            } else {
                var scratch = [Double](repeating: .absent, count: group.rows.count)
                try scratch.withContiguousMutable { (pointer) throws(BlockError) in
                    if try !readGroup(group, at: start, of: timeline, neighbours, into: pointer) { isFull = false }
                    target.update(from: pointer + (wanted.lowerBound - group.rows.lowerBound), count: wanted.count)
                }
            }
        }
        return isFull
    }

    /// Writes the cells of one row group, which has some. True when every one has a value.
    private func readGroup(
        _ group: ColumnGroups.Group, at start: Int, of timeline: BlockTimeline, _ neighbours: NeighbourValues,
        into cells: UnsafeMutablePointer<Double>
    ) throws(BlockError) -> Bool {
        guard let flags = group.bytes.first, flags & EncodedColumn.isRelative != 0 else {
            return try checked(start) { () throws(ChunkError) in
                try EncodedColumn.decode(group.bytes, rows: group.rows.count, into: cells)
            }
        }
        let values = try values(of: start, group, timeline, neighbours, Self.longestChain)
        let column = try checked(start) { () throws(ChunkError) in
            try EncodedColumn(group.bytes, rows: group.rows.count)
        }
        return values.withUnsafeBufferPointer { column.place($0, into: cells) }
    }

    /// The values of one row group of the column at an offset of the file, without gaps and stale markers.
    /// - Parameter chain: how many columns more may be needed.
    private func values(
        of start: Int, _ group: ColumnGroups.Group, _ timeline: BlockTimeline, _ neighbours: NeighbourValues,
        _ chain: Int
    ) throws(BlockError) -> [Double] {
        let place = NeighbourValues.Place(column: start, group: group.number)
        if let known = neighbours[place] { return known }
        let column = try checked(start) { () throws(ChunkError) in
            try EncodedColumn(group.bytes, rows: group.rows.count)
        }
        var neighbour: [Double] = []
        if let distance = column.distance {
            let other = start - distance
            guard chain > 0, other > timeline.offset else {
                throw damage(at: start, "it is relative to what is no column")
            }
            neighbour = try values(
                of: other, try groups(at: other, of: timeline).group(group.number), timeline, neighbours, chain - 1)
        }
        var values = [Double](repeating: 0, count: column.count)
        try checked(start) { () throws(ChunkError) in
            try values.withContiguousMutable { (pointer) throws(ChunkError) in
                try neighbour.withUnsafeBufferPointer { (neighbour) throws(ChunkError) in
                    try column.decodeValues(relativeTo: neighbour, into: pointer)
                }
            }
        }
        neighbours.keep(values, of: place)
        return values
    }

    private func groups(at start: Int, of timeline: BlockTimeline) throws(BlockError) -> ColumnGroups {
        let payload = try payload(at: start)
        return try checked(start) { () throws(ChunkError) in try ColumnGroups(payload, rows: timeline.rows) }
    }

    /// Says which column an error is about.
    @inline(__always)
    private func checked<Result>(
        _ start: Int, _ body: () throws(ChunkError) -> Result
    ) throws(BlockError) -> Result {
        do throws(ChunkError) { return try body() } catch { throw damage(at: start, "\(error)") }
    }
}

/// The row groups of a column's payload, one after the other.
private struct ColumnGroups {
    struct Group {
        var number: Int
        var rows: Range<Int>
        /// None for a group without a cell.
        var bytes: UnsafeRawBufferPointer
    }

    private let total: Int
    private let end: UnsafeRawPointer
    /// The length of the next group stands here, unless it is the last one.
    private var lengths: UnsafeRawPointer
    private var data: UnsafeRawPointer
    private var number = 0

    init(_ payload: UnsafeRawBufferPointer, rows: Int) throws(ChunkError) {
        guard let base = payload.baseAddress else { throw .truncated }
        total = rows
        end = base + payload.count
        lengths = base
        var cursor = base
        var sum = 0
        for _ in 1..<max(BlockFormat.groups(rows: rows), 1) {
            guard let length = Varint.decode(&cursor, end: end), length <= UInt64(payload.count) else {
                throw .malformed
            }
            sum += Int(length)
        }
        data = cursor
        guard sum <= end - cursor else { throw .malformed }
    }

    mutating func next() -> Group? {
        let start = number * BlockFormat.rowsPerGroup
        if start >= total { return nil }
        let rows = start..<start + BlockFormat.rows(ofGroup: number, of: total)
        var length = end - data
        // The lengths were looked at before.
        if rows.upperBound < total { length = Varint.decode(&lengths, end: data).map { Int($0) } ?? 0 }
        defer {
            number += 1
            data += length
        }
        return Group(number: number, rows: rows, bytes: UnsafeRawBufferPointer(start: data, count: length))
    }

    /// The group with a number; there is one.
    func group(_ number: Int) -> Group {
        var rest = self
        while let group = rest.next() {
            if group.number == number { return group }
        }
        return Group(number: number, rows: 0..<0, bytes: UnsafeRawBufferPointer(start: nil, count: 0))
    }
}
