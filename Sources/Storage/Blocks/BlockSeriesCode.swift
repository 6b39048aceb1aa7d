import Platform

/// Where one column of a series lies.
struct BlockColumn: Equatable, Sendable {
    /// Number of the timeline.
    var timeline: Int
    /// Bytes from the timeline's offset.
    var offset: Int
    /// The first row with a cell.
    var firstRow: Int
    /// Rows behind the last one with a cell.
    var rowsBehind: Int
}

/// A series in the index: its label pairs, of which it may share the first ones with the series before it, and its
/// columns.
///
///     shared pairs varint (0 at a restart), further pairs varint, their numbers as varints of the differences (the
///     first from the last shared one, or from 0)
///     columns varint, per column: timeline varint, offset x 2 + (1 if the next two follow) varint, first row varint,
///     rows behind the last cell varint
struct BlockSeriesCode {
    var pairs: [UInt32] = []
    var columns: [BlockColumn] = []

    /// Appends the series; `previous` are the pairs of the one before, empty at a restart.
    func append(to buffer: ByteBuffer, after previous: [UInt32]) {
        var shared = 0
        while shared < min(previous.count, pairs.count) && previous[shared] == pairs[shared] { shared += 1 }
        buffer.append(varint: UInt64(shared))
        buffer.append(varint: UInt64(pairs.count - shared))
        var last = shared > 0 ? pairs[shared - 1] : 0
        for pair in pairs[shared...] {
            buffer.append(varint: UInt64(pair - last))
            last = pair
        }
        buffer.append(varint: UInt64(columns.count))
        for column in columns {
            let isPart = column.firstRow > 0 || column.rowsBehind > 0
            buffer.append(varint: UInt64(column.timeline))
            buffer.append(varint: UInt64(column.offset) << 1 | (isPart ? 1 : 0))
            if isPart {
                buffer.append(varint: UInt64(column.firstRow))
                buffer.append(varint: UInt64(column.rowsBehind))
            }
        }
    }

    /// Replaces the content, which must be that of the series before or empty at a restart, by the series at the
    /// cursor. False when the bytes make no sense.
    mutating func read(_ cursor: inout UnsafeRawPointer, end: UnsafeRawPointer) -> Bool {
        guard let shared = Varint.decode(&cursor, end: end), shared <= UInt64(pairs.count),
            let further = Varint.decode(&cursor, end: end), further <= UInt64(UInt16.max)
        else { return false }
        pairs.removeLast(pairs.count - Int(shared))
        var last = UInt64(pairs.last ?? 0)
        for _ in 0..<further {
            guard let difference = Varint.decode(&cursor, end: end), difference <= UInt64(UInt32.max) else {
                return false
            }
            last += difference
            guard let pair = UInt32(exactly: last) else { return false }
            pairs.append(pair)
        }
        columns.removeAll(keepingCapacity: true)
        guard let count = Varint.decode(&cursor, end: end) else { return false }
        for _ in 0..<count {
            guard let timeline = Varint.decode(&cursor, end: end), let code = Varint.decode(&cursor, end: end),
                timeline <= UInt64(UInt32.max)
            else { return false }
            var column = BlockColumn(timeline: Int(timeline), offset: Int(code >> 1), firstRow: 0, rowsBehind: 0)
            if code & 1 == 1 {
                guard let first = Varint.decode(&cursor, end: end), let behind = Varint.decode(&cursor, end: end),
                    first <= UInt64(UInt32.max), behind <= UInt64(UInt32.max)
                else { return false }
                column.firstRow = Int(first)
                column.rowsBehind = Int(behind)
            }
            columns.append(column)
        }
        return true
    }
}
