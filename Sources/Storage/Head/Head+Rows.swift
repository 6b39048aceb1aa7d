/// Rows and groups begin and end.
extension Head {
    /// False when this commit has added a row to the timeline already and its origin wants one at most.
    func mayBeginRow(_ timeline: Timeline) -> Bool {
        guard timeline.origin.takesOneRowPerCommit, let group = timeline.open else { return true }
        return group.filled == group.rows
    }

    /// Cuts the open group if the rules ask for that before a row at this time. False when it has uncommitted rows or
    /// fills: the caller commits first.
    func cutIfDue(_ timeline: Timeline, _ time: Int64) -> Bool {
        guard let group = timeline.open else { return true }
        let isOver = group.filled >= group.rowLimit || group.window != HeadSettings.windowStart(time)
        if !isOver && !isMostlyStale(group) { return true }
        if group.isTouched { return false }
        cut(timeline)
        return true
    }

    /// Adds an empty row, in a new group when the rules ask for one; `width` is the number of columns to expect when
    /// that begins without any. False when the group to be cut has uncommitted rows or fills.
    func beginRow(_ timeline: Timeline, _ time: Int64, width: Int) -> Bool {
        guard cutIfDue(timeline, time) else { return false }
        let group = timeline.open ?? makeGroup(timeline, HeadSettings.windowStart(time), width)
        group.beginRow(time: time)
        timeline.lastTime = time
        timeline.origin.noteRow(of: timeline, time, columnLimit: settings.columnsPerTimeline)
        pending.touch(group)
        return true
    }

    private func isMostlyStale(_ group: RowGroup) -> Bool { group.staleColumns * 2 > group.columns }

    private func makeGroup(_ timeline: Timeline, _ window: Int64, _ width: Int) -> RowGroup {
        let rowLimit = settings.rowLimit(of: timeline, window: window)
        let group = RowGroup(
            timeline: timeline.id, number: timeline.nextNumber, window: window, rowLimit: rowLimit,
            rowCapacity: rowLimit, layout: timeline.idleLayout,
            width: timeline.idleLayout.isEmpty ? width : 0, pool: slabs)
        timeline.nextNumber += 1
        timeline.lastWindow = window
        timeline.idleLayout = []
        timeline.open = group
        return group
    }

    /// Ends the open group: it takes no more rows or fills and waits for sealing. Columns that are stale, empty or
    /// mostly absent leave the layout; their next sample moves.
    func cut(_ timeline: Timeline) {
        guard let group = timeline.open else { return }
        precondition(!group.isTouched, "a group with uncommitted rows cannot be cut")
        group.closeRow()
        var layout: [UInt32] = []
        layout.reserveCapacity(group.columns)
        for column in 0..<group.columns {
            let entry = group.layout[column]
            if entry & RowGroup.departed != 0 { continue }
            if judge(group, column, entry) {
                record(entry).pointee.column = UInt16(layout.count)
                layout.append(entry)
            } else {
                record(entry).pointee.column = SeriesRecord.noColumn
                if newestBits[Int(entry)].pointee != Cell.stale { timeline.origin.strays.insert(entry) }
            }
        }
        timeline.open = nil
        timeline.lastColumns = group.columns
        // A lone series looks for company at each cut: those that a backlog took apart find together again.
        if layout.count == 1 && timeline.origin.timelines.count > 1 {
            record(layout[0]).pointee.column = SeriesRecord.noColumn
            timeline.origin.strays.insert(layout[0])
            layout = []
        }
        timeline.idleLayout = layout
        freeze(group, of: timeline)
    }

    /// Lets a group that takes no more rows wait for sealing.
    func freeze(_ group: RowGroup, of timeline: Timeline) {
        if group.rows == 0 { return }
        if timeline.frozen.isEmpty { sealQueue.append(timeline) }
        timeline.frozen.append(group)
    }

    /// Notes the column's newest sample in the series' record; true when the column stays.
    private func judge(_ group: RowGroup, _ column: Int, _ reference: UInt32) -> Bool {
        guard let cell = group.newestCell(column: column) else { return group.rows == 0 }
        let time = group.time(ofRow: cell.row)
        if time > record(reference).pointee.newest { setNewest(reference, time, cell.bits) }
        if cell.bits == Cell.stale { return false }
        if !group.hasGaps { return true }
        let occupancy = group.occupancy(column: column)
        return occupancy.cells * 2 >= occupancy.rows
    }
}

/// What holds journal segments.
extension Head {
    /// Ends the groups that began in a segment or before it.
    func cutGroups(upToSegment segment: Int) {
        for timeline in timelines {
            if let open = timeline.open, open.segment <= segment, open.rows > 0 { cut(timeline) }
        }
    }

    /// The oldest journal segment that a restart needs; nil when it needs none.
    var oldestSegment: Int? {
        var oldest = late.segment
        for timeline in timelines {
            guard let group = timeline.frozen.first ?? timeline.open, group.rows > 0 else { continue }
            oldest = min(oldest ?? group.segment, group.segment)
        }
        return oldest
    }
}
