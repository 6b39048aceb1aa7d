/// The end of a commit.
extension Head {
    /// Shows readers what the journal has: rows under the next commit number, fills and late samples.
    /// - Parameter segment: the journal segment that holds the frame.
    func publish(segment: Int) {
        committed += 1
        for group in pending.groups {
            if group.rows == 0 && group.filled > 0 { group.segment = segment }
            for row in group.rows..<group.filled { group.setCommit(committed, ofRow: row) }
            group.rows = group.filled
            group.entries += group.uncommittedEntries
            group.journaledColumns = group.columns
            let timeline = timelines[Int(group.timeline)]
            timeline.committedTime = timeline.lastTime
        }
        for fill in pending.fills {
            let group = pending.groups[fill.group]
            group.setCell(fill.bits, row: fill.row, column: fill.column)
            if fill.bits == Cell.stale { group.staleColumns += 1 }
        }
        for sample in pending.late {
            late.insert(sample.reference, .init(time: sample.time, bits: sample.bits), segment: segment)
        }
        pending.removeAll()
    }

    /// Forgets what could not be written. Series that have moved stay where they are now; their columns are empty.
    func rollBack() {
        for group in pending.groups {
            group.dropUncommittedRows()
            let timeline = timelines[Int(group.timeline)]
            timeline.lastTime = timeline.committedTime
        }
        for entry in pending.undo.reversed() { setNewest(entry.reference, entry.newest, entry.bits) }
        pending.removeAll()
    }
}
