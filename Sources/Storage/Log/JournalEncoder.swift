import Platform

/// Makes the journal frame of a commit. Not thread safe.
final class JournalEncoder {
    /// The frame's payload.
    let buffer = ByteBuffer(capacity: 4096)
    private var baseTime: Int64 = 0
    private var bitmap: [UInt64] = []
    /// Rows of groups with several matrices, put side by side.
    private var current: [UInt64] = []
    private var previous: [UInt64] = []

    /// Encodes all that is pending; leaves in each group how many entries it got.
    func encode(_ pending: PendingCommit) {
        buffer.removeAll()
        baseTime = pending.late.first?.time ?? 0
        if let group = pending.groups.first { baseTime = group.lastTime }
        buffer.append(signedVarint: baseTime)
        for group in pending.groups {
            group.uncommittedEntries = 0
            for row in group.rows..<group.filled { encode(group, row: row) }
        }
        if !pending.fills.isEmpty { encodeFills(pending) }
        if !pending.late.isEmpty { encode(pending.late) }
    }

    private func encode(_ group: RowGroup, row: Int) {
        if group.matrices.count == 1 {
            let matrix = group.matrices[0]
            encode(group, row: row, matrix.makeCells(ofRow: row), row > 0 ? matrix.makeCells(ofRow: row - 1) : nil)
            return
        }
        gather(group, row: row, into: &current)
        if row > 0 { gather(group, row: row - 1, into: &previous) }
        current.withUnsafeBufferPointer { current in
            previous.withUnsafeBufferPointer { previous in
                guard let cells = current.baseAddress else { return }
                encode(group, row: row, cells, row > 0 ? previous.baseAddress : nil)
            }
        }
    }

    private func gather(_ group: RowGroup, row: Int, into cells: inout [UInt64]) {
        cells.removeAll(keepingCapacity: true)
        for matrix in group.matrices {
            let count = min(matrix.width, group.columns - matrix.firstColumn)
            if let row = matrix.cells(ofRow: row) {
                cells.append(contentsOf: UnsafeBufferPointer(start: row, count: count))
            } else {
                cells.append(contentsOf: repeatElement(Cell.absent, count: count))
            }
        }
    }

    private func encode(
        _ group: RowGroup, row: Int, _ cells: UnsafePointer<UInt64>, _ before: UnsafePointer<UInt64>?
    ) {
        let flagsAt = buffer.count
        let columns = group.columns
        var flags = beginEntry(.row, group)
        buffer.append(signedVarint: group.time(ofRow: row) &- baseTime)
        appendAddedColumns(group)
        guard let before else { return encodeWhole(cells, count: columns) }
        var changed = compare(cells, before, count: columns)
        if isAllStale(cells, before, count: columns, changed: changed) {
            flags |= JournalFormat.allStale
            group.staleColumns = columns
        } else {
            // The first of several senders brings a row with few cells.
            if changed > columns / 2, let present = findSparse(cells, count: columns) {
                flags |= JournalFormat.sparse
                changed = present
            }
            // A list takes at least a byte a column.
            if changed < (columns + 7) / 8 {
                flags |= JournalFormat.list
                appendList(changed)
            } else {
                appendBitmap(columns)
            }
            group.staleColumns += encodeChanged(cells, before, changed)
        }
        buffer.base.storeBytes(of: flags, toByteOffset: flagsAt, as: UInt8.self)
    }

    /// Appends flags, group and sequence; returns the flags.
    private func beginEntry(_ entry: JournalFormat.Entry, _ group: RowGroup) -> UInt8 {
        var flags = entry.rawValue
        if group.uncommittedEntries == 0 && group.columns > group.journaledColumns { flags |= JournalFormat.added }
        buffer.append(flags)
        buffer.append(varint: UInt64(group.timeline))
        buffer.append(varint: UInt64(group.number))
        buffer.append(varint: UInt64(group.entries + group.uncommittedEntries))
        group.uncommittedEntries += 1
        return flags
    }

    /// The first entry of a group in a frame brings all columns that the journal does not know.
    private func appendAddedColumns(_ group: RowGroup) {
        if group.uncommittedEntries != 1 || group.columns == group.journaledColumns { return }
        let added = group.layout[group.journaledColumns...]
        buffer.append(varint: UInt64(added.count))
        var last: Int64 = 0
        for entry in added {
            let reference = Int64(entry & ~RowGroup.departed)
            buffer.append(signedVarint: reference - last)
            last = reference
        }
    }

    private func encodeWhole(_ cells: UnsafePointer<UInt64>, count: Int) {
        var output = buffer.reserve(count * CellCode.maximumLength)
        let start = output
        for column in 0..<count { output += CellCode.encode(cells[column], base: 0, to: output) }
        buffer.commit(output - start)
    }

    /// Fills `bitmap` with the columns that differ and returns their number.
    private func compare(_ cells: UnsafePointer<UInt64>, _ before: UnsafePointer<UInt64>, count: Int) -> Int {
        bitmap.removeAll(keepingCapacity: true)
        var changed = 0
        var column = 0
        while column < count {
            let end = min(column + 64, count)
            var word: UInt64 = 0
            var bit: UInt64 = 0
            while column < end {
                word |= (cells[column] == before[column] ? 0 : 1) &<< bit
                bit &+= 1
                column &+= 1
            }
            changed += word.nonzeroBitCount
            bitmap.append(word)
        }
        return changed
    }

    /// Fills `bitmap` with the columns that have a cell and returns their number, if they are less than half.
    private func findSparse(_ cells: UnsafePointer<UInt64>, count: Int) -> Int? {
        var present = 0
        for column in 0..<count where cells[column] != Cell.absent { present += 1 }
        if present * 2 >= count { return nil }
        for column in 0..<count {
            if column % 64 == 0 { bitmap[column / 64] = 0 }
            if cells[column] != Cell.absent { bitmap[column / 64] |= 1 << UInt64(column % 64) }
        }
        return present
    }

    private func isAllStale(
        _ cells: UnsafePointer<UInt64>, _ before: UnsafePointer<UInt64>, count: Int, changed: Int
    ) -> Bool {
        if changed == 0 { return false }
        for column in 0..<count {
            let wasLive = before[column] != Cell.absent && before[column] != Cell.stale
            if cells[column] != (wasLive ? Cell.stale : Cell.absent) { return false }
        }
        return true
    }

    private func appendBitmap(_ columns: Int) {
        buffer.append(varint: UInt64(columns))
        let length = (columns + 7) / 8
        let output = buffer.reserve(bitmap.count * 8)
        for (index, word) in bitmap.enumerated() {
            output.storeBytes(of: word.littleEndian, toByteOffset: index * 8, as: UInt64.self)
        }
        buffer.commit(length)
    }

    private func appendList(_ changed: Int) {
        buffer.append(varint: UInt64(changed))
        var next = 0
        forEachChanged { column in
            buffer.append(varint: UInt64(column - next))
            next = column + 1
        }
    }

    private func forEachChanged(_ body: (Int) -> Void) {
        for (index, word) in bitmap.enumerated() {
            var rest = word
            while rest != 0 {
                body(index * 64 + rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
    }

    /// Appends the codes; returns by how many columns more end with a stale marker.
    private func encodeChanged(
        _ cells: UnsafePointer<UInt64>, _ before: UnsafePointer<UInt64>, _ changed: Int
    ) -> Int {
        var output = buffer.reserve(changed * CellCode.maximumLength)
        let start = output
        var stale = 0
        for index in 0..<bitmap.count {
            var rest = bitmap[index]
            while rest != 0 {
                let column = index &* 64 &+ rest.trailingZeroBitCount
                rest &= rest &- 1
                let bits = cells[column]
                let old = before[column]
                if bits == Cell.stale { stale += 1 } else if old == Cell.stale && bits != Cell.absent { stale -= 1 }
                output += CellCode.encode(bits, base: CellCode.base(old), to: output)
            }
        }
        buffer.commit(output - start)
        return stale
    }

    /// One entry for each row that is filled.
    private func encodeFills(_ pending: PendingCommit) {
        let fills = pending.fills
        var former = 0..<0
        var start = 0
        while start < fills.count {
            let (number, row) = (fills[start].group, fills[start].row)
            var end = start + 1
            while end < fills.count && fills[end].group == number && fills[end].row == row { end += 1 }
            let followsFormer =
                !former.isEmpty && fills[former.lowerBound].group == number && fills[former.lowerBound].row == row - 1
            encode(fills[start..<end], of: pending.groups[number], after: followsFormer ? fills[former] : [])
            former = start..<end
            start = end
        }
    }

    /// - Parameter former: fills of the row before by the same commit, which a reader of the journal has by then.
    private func encode(
        _ fills: ArraySlice<PendingCommit.Fill>, of group: RowGroup, after former: ArraySlice<PendingCommit.Fill>
    ) {
        guard let row = fills.first?.row else { return }
        _ = beginEntry(.fill, group)
        buffer.append(varint: UInt64(row))
        appendAddedColumns(group)
        buffer.append(varint: UInt64(fills.count))
        var next = 0
        for fill in fills {
            buffer.append(varint: UInt64(fill.column - next))
            next = fill.column + 1
        }
        var former = former
        for fill in fills {
            while let earlier = former.first, earlier.column < fill.column { former.removeFirst() }
            var before = row > 0 ? group.cell(row: row - 1, column: fill.column) : 0
            if let earlier = former.first, earlier.column == fill.column { before = earlier.bits }
            append(code: fill.bits, base: CellCode.base(before))
        }
    }

    private func encode(_ late: [PendingCommit.Late]) {
        buffer.append(JournalFormat.Entry.late.rawValue)
        buffer.append(varint: UInt64(late.count))
        var last: Int64 = 0
        for sample in late {
            buffer.append(signedVarint: Int64(sample.reference) - last)
            last = Int64(sample.reference)
            buffer.append(signedVarint: sample.time &- baseTime)
            append(code: sample.bits, base: 0)
        }
    }

    private func append(code bits: UInt64, base: UInt64) {
        let output = buffer.reserve(CellCode.maximumLength)
        buffer.commit(CellCode.encode(bits, base: base, to: output))
    }
}
