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
        let start = timeline.offset + column.offset
        let groups = try groups(at: start, of: timeline)
        var isFull = true
        let first = rows.lowerBound / BlockFormat.rowsPerGroup
        for group in first..<BlockFormat.groups(rows: min(rows.upperBound, timeline.rows)) {
            let all = groups.rows(group)
            let wanted = rows.clamped(to: all)
            let target = cells + (wanted.lowerBound - rows.lowerBound)
            if groups.bytes(group).isEmpty {
                target.update(repeating: .absent, count: wanted.count)
                isFull = false
            } else if wanted == all {
                if try !readGroup(groups, group, at: start, of: timeline, neighbours, into: target) { isFull = false }
            } else {
                var scratch = [Double](repeating: .absent, count: all.count)
                try scratch.withContiguousMutable { (pointer) throws(BlockError) in
                    if try !readGroup(groups, group, at: start, of: timeline, neighbours, into: pointer) {
                        isFull = false
                    }
                    target.update(from: pointer + (wanted.lowerBound - all.lowerBound), count: wanted.count)
                }
            }
        }
        return isFull
    }

    /// Writes the cells of one row group, which has some. True when every one has a value.
    private func readGroup(
        _ groups: ColumnGroups, _ group: Int, at start: Int, of timeline: BlockTimeline,
        _ neighbours: NeighbourValues, into cells: UnsafeMutablePointer<Double>
    ) throws(BlockError) -> Bool {
        let bytes = groups.bytes(group)
        guard let flags = bytes.first, flags & EncodedColumn.isRelative != 0 else {
            return try checked(start) { () throws(ChunkError) in
                try EncodedColumn.decode(bytes, rows: groups.rows(group).count, into: cells)
            }
        }
        let values = try values(
            of: .init(column: start, group: group), groups, timeline, neighbours, Self.longestChain)
        let column = try checked(start) { () throws(ChunkError) in
            try EncodedColumn(bytes, rows: groups.rows(group).count)
        }
        return values.withUnsafeBufferPointer { column.place($0, into: cells) }
    }

    /// The values of one row group of a column, without gaps and stale markers.
    /// - Parameter chain: how many columns more may be needed.
    private func values(
        of place: NeighbourValues.Place, _ groups: ColumnGroups, _ timeline: BlockTimeline,
        _ neighbours: NeighbourValues, _ chain: Int
    ) throws(BlockError) -> [Double] {
        if let known = neighbours[place] { return known }
        let column = try checked(place.column) { () throws(ChunkError) in
            try EncodedColumn(groups.bytes(place.group), rows: groups.rows(place.group).count)
        }
        var neighbour: [Double] = []
        if let distance = column.distance {
            let other = NeighbourValues.Place(column: place.column - distance, group: place.group)
            guard chain > 0, other.column > timeline.offset else {
                throw damage(at: place.column, "it is relative to what is no column")
            }
            neighbour = try values(
                of: other, try self.groups(at: other.column, of: timeline), timeline, neighbours, chain - 1)
        }
        var values = [Double](repeating: 0, count: column.count)
        try checked(place.column) { () throws(ChunkError) in
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

/// Where the row groups of a column lie in its payload.
private struct ColumnGroups {
    private let payload: UnsafeRawBufferPointer
    private let total: Int
    /// Ends of all groups, in the payload.
    private var ends: [Int] = []
    private var first: Int

    init(_ payload: UnsafeRawBufferPointer, rows: Int) throws(ChunkError) {
        self.payload = payload
        total = rows
        guard let base = payload.baseAddress else { throw .truncated }
        var cursor = base
        let groups = BlockFormat.groups(rows: rows)
        var sum = 0
        for _ in 1..<max(groups, 1) {
            guard let length = Varint.decode(&cursor, end: base + payload.count), length <= UInt64(payload.count) else {
                throw .malformed
            }
            sum += Int(length)
            ends.append(sum)
        }
        first = cursor - base
        guard first + sum <= payload.count else { throw .malformed }
        ends.append(payload.count - first)
    }

    /// Nothing for a group without a cell.
    func bytes(_ group: Int) -> UnsafeRawBufferPointer {
        let start = group == 0 ? 0 : ends[group - 1]
        return UnsafeRawBufferPointer(rebasing: payload[first + start..<first + ends[group]])
    }

    func rows(_ group: Int) -> Range<Int> {
        let start = group * BlockFormat.rowsPerGroup
        return start..<start + BlockFormat.rows(ofGroup: group, of: total)
    }
}
