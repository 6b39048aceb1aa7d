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
        if timeline.isTouched { return false }
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

    /// Ends the open group: it takes no more rows. Nor does it take fills and waits for sealing, unless its senders
    /// lag. Columns that are stale, empty or mostly absent leave the layout; their next sample moves.
    func cut(_ timeline: Timeline) {
        guard let group = timeline.open else { return }
        precondition(!timeline.isTouched, "a group with uncommitted rows or fills cannot be cut")
        group.closeRow()
        let layout = layout(after: group, of: timeline)
        timeline.open = nil
        timeline.lastColumns = group.columns
        timeline.idleLayout = layout
        if group.rows > 0 { timeline.closing.append(group) }
        let looksForCompany = looksForCompany(timeline, since: group.lastTime)
        let lags = timeline.origin.takesLaggingRows && !looksForCompany && !layout.isEmpty
        closeGroups(of: timeline, keeping: lags ? settings.lagRows : 0)
        if looksForCompany { dissolve(timeline) }
    }

    /// The columns of the open group that stay. Records of series that leave get their newest samples.
    private func layout(after group: RowGroup, of timeline: Timeline) -> [UInt32] {
        var layout: [UInt32] = []
        layout.reserveCapacity(group.columns)
        let records = index.records
        // Of a group without gaps the last row tells nearly all, and a row after it is newer than what records know.
        let isWhole = !group.hasGaps && group.rows > 0 && group.matrices.count == 1
        let last = isWhole ? group.matrices[0].cells(ofRow: group.rows - 1) : nil
        let lastTime = group.lastTime
        let entries = group.layout
        for column in entries.indices {
            let entry = entries[column]
            if entry & RowGroup.departed != 0 { continue }
            let record = records[Int(entry)]
            let bits = last?[column] ?? Cell.absent
            let isLive = bits != Cell.absent && bits != Cell.stale && lastTime > record.pointee.newest
            if isLive || stays(entry, in: group, of: timeline, column) {
                record.pointee.column = UInt16(layout.count)
                layout.append(entry)
            } else {
                record.pointee.column = SeriesRecord.noColumn
                if newestBits[Int(entry)].pointee != Cell.stale { timeline.origin.strays.insert(entry) }
            }
        }
        return layout
    }

    /// True when the series of a timeline without an open group should find another one with their next samples: those
    /// that a backlog took apart come together again. A lone series always does, several when most others of their
    /// origin had their last time too.
    private func looksForCompany(_ timeline: Timeline, since time: Int64) -> Bool {
        let count = timeline.idleLayout.count
        if count == 0 || timeline.origin.timelines.count == 1 { return false }
        if count == 1 { return true }
        guard let company = timeline.origin.company(at: time, columnLimit: settings.columnsPerTimeline - count),
            let open = company.open
        else { return false }
        return company !== timeline && open.columns > count
    }

    private func dissolve(_ timeline: Timeline) {
        for reference in timeline.idleLayout {
            record(reference).pointee.column = SeriesRecord.noColumn
            timeline.origin.strays.insert(reference)
        }
        timeline.idleLayout = []
    }

    /// Lets the oldest groups wait for sealing as long as those behind them have so many rows.
    func closeGroups(of timeline: Timeline, keeping lag: Int) {
        var rows = timeline.closing.reduce(0) { $0 + $1.rows }
        while let group = timeline.closing.first, rows - group.rows >= lag {
            rows -= group.rows
            closeFirst(of: timeline)
        }
    }

    /// Lets the oldest group that takes fills wait for sealing, after its newest samples are noted in the records of
    /// the series that are still in the timeline.
    private func closeFirst(of timeline: Timeline) {
        let group = timeline.closing.removeFirst()
        var newest = NewestCells()
        newest.read(group)
        let (records, values, id) = (index.records, newestBits, timeline.id)
        group.layout.withUnsafeBufferPointer { layout in
            for column in layout.indices {
                guard let cell = newest[column] else { continue }
                let reference = Int(layout[column] & ~RowGroup.departed)
                let record = records[reference]
                if record.pointee.timeline != id || !record.pointee.hasColumn { continue }
                let time = newest.times[cell.row]
                if time <= record.pointee.newest { continue }
                record.pointee.newest = time
                values[reference].pointee = cell.bits
            }
        }
        freeze(group, of: timeline)
    }

    /// Ends groups for good up to the last one for which the condition holds.
    func endGroups(of timeline: Timeline, upTo isEnding: (RowGroup) -> Bool) {
        if let open = timeline.open, open.rows > 0, isEnding(open) {
            cut(timeline)
            return closeGroups(of: timeline, keeping: 0)
        }
        guard let last = timeline.closing.lastIndex(where: isEnding) else { return }
        for _ in 0...last { closeFirst(of: timeline) }
    }

    /// Lets a group that takes no more samples wait for sealing.
    func freeze(_ group: RowGroup, of timeline: Timeline) {
        if group.rows == 0 { return }
        if timeline.frozen.isEmpty { sealQueue.append(timeline) }
        timeline.frozen.append(group)
    }

    /// True when a column of the group being cut stays in the layout. The record of a series that leaves gets its
    /// newest sample.
    private func stays(_ reference: UInt32, in group: RowGroup, of timeline: Timeline, _ column: Int) -> Bool {
        let newest = committedNewest(reference)
        let isNew = newest.time > record(reference).pointee.newest
        if isNew && newest.bits != Cell.stale && isFilled(reference, in: group, of: timeline, column) { return true }
        if isNew { setNewest(reference, newest.time, newest.bits) }
        return group.rows == 0 && newest.bits != Cell.stale
    }

    /// True when a column has a cell in at least half of the rows since its first, or in the group before, where
    /// fills of senders that lag have come by now.
    private func isFilled(_ reference: UInt32, in group: RowGroup, of timeline: Timeline, _ column: Int) -> Bool {
        if !group.hasGaps { return true }
        let present = group.occupancy(column: column)
        if present.cells > 0 && present.cells * 2 >= present.rows { return true }
        if !timeline.origin.takesLaggingRows { return false }
        // Of the first group, and of a column's first one, nobody knows how much is still to come.
        guard let before = timeline.closing.last, let former = before.column(of: reference, near: column) else {
            return present.cells > 0
        }
        let earlier = before.occupancy(column: former)
        if earlier.cells == 0 { return present.cells > 0 }
        return earlier.cells * 2 >= earlier.rows
    }
}

/// What holds journal segments.
extension Head {
    /// Ends the groups that began in a segment or before it.
    func cutGroups(upToSegment segment: Int) {
        for timeline in timelines { endGroups(of: timeline) { $0.segment <= segment } }
    }

    /// The oldest journal segment that a restart needs; nil when it needs none.
    var oldestSegment: Int? {
        var oldest = late.segment
        for timeline in timelines {
            guard let group = timeline.frozen.first ?? timeline.closing.first ?? timeline.open, group.rows > 0 else {
                continue
            }
            oldest = min(oldest ?? group.segment, group.segment)
        }
        return oldest
    }
}
