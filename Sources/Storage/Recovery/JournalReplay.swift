import Journal
import Platform

/// Puts the rows of journal frames back into open groups. Entries of sealed groups are passed over; an entry whose
/// predecessor is missing is skipped and counted, never guessed. Runs before the store is ready, on one thread.
final class JournalReplay {
    private let head: Head
    /// Groups that are in the mapped files.
    private var sealed: Set<GroupName>
    /// Per window the place before which a block holds all of it.
    private var replaced: [Int64: LogPosition] = [:]
    private(set) var samples = 0
    private(set) var skippedEntries = 0
    private(set) var malformedFrames = 0
    private var references: [UInt32] = []
    private var columns: [Int] = []
    private var position = LogPosition(segment: 0, offset: 0)
    private var segment: Int { position.segment }

    struct GroupName: Hashable {
        var timeline: UInt32
        var number: UInt32
    }

    /// Reads entries whole and keeps nothing of them.
    private let onlyReads: Bool
    private let bounds: NameBounds

    /// - Parameter bounds: nil to read only.
    init(_ head: Head, sealed: Set<GroupName>, replaced: [BlockMeta.Replaced], bounds: NameBounds?) {
        self.head = head
        self.bounds = bounds ?? .none
        onlyReads = bounds == nil
        self.sealed = sealed
        for claim in replaced {
            self.replaced[claim.window] = max(self.replaced[claim.window] ?? claim.position, claim.position)
        }
    }

    func replay(_ payload: UnsafeRawBufferPointer, at position: LogPosition) {
        self.position = position
        head.committed += 1
        guard var cursor = FrameCursor(payload), let base = cursor.signedVarint() else {
            malformedFrames += 1
            return
        }
        while !cursor.isAtEnd {
            if entry(&cursor, base) == nil {
                malformedFrames += 1
                return
            }
        }
    }

    /// Nil when the entry is malformed and the rest of the frame cannot be read.
    private func entry(_ cursor: inout FrameCursor, _ base: Int64) -> Void? {
        guard let flags = cursor.byte(),
            let kind = JournalFormat.Entry(rawValue: flags & JournalFormat.entryMask)
        else { return nil }
        switch kind {
        case .late: return late(&cursor, base)
        case .row, .fill:
            guard let timeline = cursor.id(), bounds.hasTimeline(timeline), let number = cursor.id(),
                let sequence = cursor.id()
            else { return nil }
            if !onlyReads { _ = head.reservedTimeline(timeline) }
            let name = GroupName(timeline: timeline, number: number)
            return kind == .row
                ? row(&cursor, base, flags, name, sequence) : fill(&cursor, flags, name, sequence)
        }
    }

    private func row(
        _ cursor: inout FrameCursor, _ base: Int64, _ flags: UInt8, _ name: GroupName, _ sequence: UInt32
    ) -> Void? {
        guard let difference = cursor.signedVarint() else { return nil }
        let time = base &+ difference
        guard readAdded(&cursor, flags) else { return nil }
        if sequence == 0 {
            guard let group = begin(name, time) else {
                guard cursor.skipCells(references.count) else { return nil }
                count(nil, name)
                return ()
            }
            group.beginReplayedRow(time, [], isAbsent: false)
            return finish(group, name, isWhole: cursor.wholeCells(references.count, into: group.cellsOfLastRow))
        }
        var target = self.target(name, sequence)
        if let group = target, group.filled >= RowGroup.maximumRows || time <= group.lastTime { target = nil }
        if let group = target, group !== head.timelines[Int(name.timeline)].open { target = nil }
        if flags & JournalFormat.allStale != 0 {
            target?.beginReplayedRow(time, references, isAbsent: true)
            target?.markLastRowStale()
            return finish(target, name, isWhole: true)
        }
        if flags & JournalFormat.list != 0 {
            guard cursor.columnList(into: &columns) else { return nil }
            if let group = target, columns.last ?? 0 >= group.columns + references.count { target = nil }
        } else {
            guard let bitmap = cursor.columnBitmap() else { return nil }
            guard let group = target, bitmap.isSound, bitmap.covered == group.columns + references.count else {
                guard cursor.skipCells(bitmap.count) else { return nil }
                count(nil, name)
                return ()
            }
            if flags & JournalFormat.sparse == 0 && bitmap.covered <= group.matrices[0].width {
                group.beginReplayedRow(time, references, isAbsent: false)
                group.copyRowBefore()
                return finish(group, name, isWhole: cursor.changedCells(bitmap, into: group.cellsOfLastRow))
            }
            bitmap.columns(into: &columns)
        }
        guard let target else {
            guard cursor.skipCells(columns.count) else { return nil }
            count(nil, name)
            return ()
        }
        let isSparse = flags & JournalFormat.sparse != 0
        target.beginReplayedRow(time, references, isAbsent: isSparse)
        if !isSparse { target.copyRowBefore() }
        return finish(target, name, isWhole: cells(&cursor, target))
    }

    /// The codes of `columns` into the last row.
    private func cells(_ cursor: inout FrameCursor, _ target: RowGroup) -> Bool {
        let row = target.filled - 1
        for column in columns {
            let before = target.cell(row: row - 1, column: column)
            guard let bits = cursor.cell(base: CellCode.base(before)) else { return false }
            target.setCell(bits, row: row, column: column)
        }
        return true
    }

    private func fill(
        _ cursor: inout FrameCursor, _ flags: UInt8, _ name: GroupName, _ sequence: UInt32
    ) -> Void? {
        guard let row = cursor.id(), readAdded(&cursor, flags), cursor.columnList(into: &columns) else { return nil }
        var target = self.target(name, sequence)
        if let group = target {
            if row >= group.filled || columns.last ?? 0 >= group.columns + references.count { target = nil }
        }
        guard let target else {
            guard cursor.skipCells(columns.count) else { return nil }
            count(nil, name)
            return ()
        }
        for reference in references { _ = target.addColumn(reference) }
        for column in columns {
            let before = row > 0 ? target.cell(row: Int(row) - 1, column: column) : 0
            guard let bits = cursor.cell(base: CellCode.base(before)) else {
                abandon(target)
                return nil
            }
            if target.cell(row: Int(row), column: column) != Cell.absent { continue }
            target.setCell(bits, row: Int(row), column: column)
            samples += 1
        }
        target.entries += 1
        count(target, name)
        return ()
    }

    private func late(_ cursor: inout FrameCursor, _ base: Int64) -> Void? {
        guard let count = cursor.number() else { return nil }
        var last: Int64 = 0
        for _ in 0..<count {
            guard let step = cursor.signedVarint(), let reference = UInt32(exactly: last &+ step),
                bounds.hasSeries(reference), let time = cursor.signedVarint(), let bits = cursor.cell(base: 0)
            else { return nil }
            last = Int64(reference)
            if onlyReads { continue }
            head.reserveSeries(below: Int(reference) + 1)
            if isInBlock(base &+ time) { continue }
            head.late.insert(reference, .init(time: base &+ time, bits: bits), segment: segment)
            samples += 1
        }
        return ()
    }

    private func readAdded(_ cursor: inout FrameCursor, _ flags: UInt8) -> Bool {
        guard flags & JournalFormat.added != 0 else {
            references.removeAll(keepingCapacity: true)
            return true
        }
        guard cursor.references(into: &references) else { return false }
        guard let last = references.max() else { return true }
        if !bounds.hasSeries(last) { return false }
        if !onlyReads { head.reserveSeries(below: Int(last) + 1) }
        return true
    }

    /// Begins the group of a first row, which ends the one before; nil when it is sealed already.
    private func begin(_ name: GroupName, _ time: Int64) -> RowGroup? {
        if onlyReads || sealed.contains(name) { return nil }
        let timeline = head.timelines[Int(name.timeline)]
        if timeline === head.nobody || isInBlock(time) {
            sealed.insert(name)
            timeline.nextNumber = max(timeline.nextNumber, name.number + 1)
            return nil
        }
        if let open = timeline.open, open.number >= name.number { return nil }
        head.endReplayed(timeline)
        let window = HeadSettings.windowStart(time)
        let group = RowGroup(
            timeline: name.timeline, number: name.number, window: window,
            rowLimit: head.settings.rowLimit(of: timeline, window: window), rowCapacity: RowGroup.maximumRows,
            layout: references.withUnsafeBufferPointer { Array($0) }, width: 0, pool: head.slabs)
        group.segment = segment
        timeline.open = group
        timeline.lastWindow = window
        return group
    }

    /// True for a sample of the present frame that a block stands for.
    private func isInBlock(_ time: Int64) -> Bool {
        guard !replaced.isEmpty, let end = replaced[HeadSettings.windowStart(time)] else { return false }
        return position < end
    }

    /// The group that an entry continues; nil when the entry is not the next one of a group in memory. Any of them may
    /// have taken fills, whatever was its time for that.
    private func target(_ name: GroupName, _ sequence: UInt32) -> RowGroup? {
        if onlyReads { return nil }
        let timeline = head.timelines[Int(name.timeline)]
        var group = timeline.open
        if group?.number != name.number { group = timeline.groupsInMemory.last { $0.number == name.number } }
        return group?.entries == Int(sequence) ? group : nil
    }

    /// The end of a row; nil, without the row, when what is left of the frame is not one.
    private func finish(_ group: RowGroup?, _ name: GroupName, isWhole: Bool) -> Void? {
        if let group {
            if !isWhole {
                abandon(group)
                return nil
            }
            let row = group.filled - 1
            group.setCommit(head.committed, ofRow: row)
            group.rows = group.filled
            group.entries += 1
            samples += group.columns
        }
        count(group, name)
        return ()
    }

    /// Ends the groups of a timeline of which a malformed entry is: nothing may take its place in the order.
    private func abandon(_ group: RowGroup) {
        group.dropUncommittedRows()
        let timeline = head.timelines[Int(group.timeline)]
        head.endReplayed(timeline)
        head.freezeClosing(of: timeline, keeping: 0)
    }

    private func count(_ group: RowGroup?, _ name: GroupName) {
        group?.journaledColumns = group?.columns ?? 0
        if group == nil && !sealed.contains(name) { skippedEntries += 1 }
    }
}

extension RowGroup {
    /// Adds columns and an empty row.
    func beginReplayedRow(_ time: Int64, _ added: [UInt32], isAbsent: Bool) {
        for reference in added { _ = addColumn(reference) }
        beginRow(time: time, isAbsent: isAbsent)
        hasGaps = true
    }

    /// Those of the columns that were there at the start.
    var cellsOfLastRow: UnsafeMutablePointer<UInt64> { matrices[0].makeCells(ofRow: filled - 1) }

    /// Puts the cells of the row before the last one into that.
    func copyRowBefore() {
        for matrix in matrices {
            guard let cells = matrix.cells(ofRow: filled - 2) else { continue }
            matrix.makeCells(ofRow: filled - 1).update(from: cells, count: matrix.width)
        }
    }

    /// Gives each column that has a value in the row before the last one a stale marker in that.
    func markLastRowStale() {
        for column in 0..<columns {
            let before = cell(row: filled - 2, column: column)
            if before != Cell.absent && before != Cell.stale { setCell(Cell.stale, row: filled - 1, column: column) }
        }
        staleColumns = columns
    }
}
