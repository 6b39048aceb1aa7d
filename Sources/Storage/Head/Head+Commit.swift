/// The end of a commit.
extension Head {
    /// Shows readers what the journal has: rows under the next commit number, fills and late samples.
    /// - Parameter segment: the journal segment that holds the frame.
    func publish(segment: Int) {
        committed += 1
        var earliest = pending.late.reduce(Int64.max) { min($0, $1.time) }
        for group in pending.groups {
            if group.rows < group.filled { earliest = min(earliest, group.time(ofRow: group.rows)) }
            if group.rows == 0 && group.filled > 0 { group.segment = segment }
            for row in group.rows..<group.filled { group.setCommit(committed, ofRow: row) }
            group.rows = group.filled
            group.entries += group.uncommittedEntries
            group.journaledColumns = group.columns
            let timeline = timelines[Int(group.timeline)]
            timeline.committedTime = timeline.lastTime
        }
        var row = UInt64.max
        for fill in pending.fills {
            if fill.place >> 16 != row {
                row = fill.place >> 16
                earliest = min(earliest, pending.groups[fill.group].time(ofRow: fill.row))
            }
            let group = pending.groups[fill.group]
            group.setCell(fill.bits, row: fill.row, column: fill.column)
            if fill.bits == Cell.stale { group.staleColumns += 1 }
        }
        for sample in pending.late {
            late.insert(sample.reference, .init(time: sample.time, bits: sample.bits), segment: segment)
        }
        pending.removeAll()
        changes.note(committed, earliest: earliest)
    }

    /// Forgets what could not be written. Series that have moved stay where they are now; their columns are empty.
    func rollBack() {
        let groups = pending.groups
        for group in groups {
            group.dropUncommittedRows()
            let timeline = timelines[Int(group.timeline)]
            timeline.lastTime = timeline.committedTime
        }
        for entry in pending.undo.reversed() { setNewest(entry.reference, entry.newest, entry.bits) }
        for (reference, former) in pending.moved { takeBack(reference, from: former) }
        pending.removeAll()
        for group in groups where group.rows == 0 { dropDeserted(group) }
    }

    private func takeBack(_ reference: UInt32, from former: UInt32) {
        guard leaveColumn(reference) else { return }
        if former == SeriesRecord.noTimeline || newestBits[Int(reference)].pointee == Cell.stale { return }
        timelines[Int(former)].origin.strays.insert(reference)
    }

    /// A new row of a timeline is newer than all its columns have. So a series that has newer samples elsewhere, be it
    /// in blocks where nobody has looked yet, leaves its column. False when it stays.
    @discardableResult
    func leaveColumn(_ reference: UInt32) -> Bool {
        let record = record(reference)
        guard record.pointee.hasColumn else { return false }
        let timeline = timelines[Int(record.pointee.timeline)]
        let newest = record.pointee.newest
        if newest != .min && newest <= timeline.lastTime { return false }
        dropColumn(reference)
        return true
    }

    /// Lets others go on with the timeline of a group that has neither rows nor series.
    private func dropDeserted(_ group: RowGroup) {
        let timeline = timelines[Int(group.timeline)]
        guard timeline.open === group, group.layout.allSatisfy({ $0 & RowGroup.departed != 0 }) else { return }
        timeline.open = nil
        closeGroups(of: timeline, keeping: 0)
    }
}
