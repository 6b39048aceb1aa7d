import Model

/// The rules by which a single sample finds its place, for all samples that do not simply follow the layout of a row.
extension Head {
    /// Places one sample. False when a commit must come first. `width` is the number of columns to expect in a
    /// new timeline.
    func place(
        _ reference: UInt32, _ time: Int64, _ bits: UInt64, origin: OriginTimelines, width: Int,
        outcome: inout AppendOutcome
    ) -> Bool {
        if !index.hasSeries(reference) {
            outcome.forgotten += 1
            return true
        }
        var newest = newest(reference)
        if newest.time == .min || !doubtful.isEmpty {
            recallNewest(reference, before: time)
            newest = self.newest(reference)
        }
        if newest.time != .min && time <= newest.time {
            placeOld(reference, time, bits, newest: newest, origin: origin.origin.kind, outcome: &outcome)
            return true
        }
        let record = record(reference)
        if record.pointee.hasColumn {
            let timeline = timelines[Int(record.pointee.timeline)]
            if timeline.origin === origin {
                if put(reference, time, bits, in: timeline) {
                    outcome.appended += 1
                    return true
                }
                if time > timeline.lastTime && mayBeginRow(timeline) {
                    guard cutIfDue(timeline, time) else { return false }
                    if !timeline.isIdle { _ = beginRow(timeline, time, width: width) }
                    // The cut may have taken the series out of the layout.
                    if record.pointee.hasColumn && put(reference, time, bits, in: timeline) {
                        outcome.appended += 1
                        return true
                    }
                }
            }
        }
        guard let target = timeline(for: reference, time, of: origin, width: width) else { return false }
        move(reference, to: target, newest: newest)
        let isPut = put(reference, time, bits, in: target)
        precondition(isPut, "a series moves to where there is a row for it")
        outcome.appended += 1
        return true
    }

    /// A sample that is not newer than its series' newest one.
    private func placeOld(
        _ reference: UInt32, _ time: Int64, _ bits: UInt64, newest: (time: Int64, bits: UInt64),
        origin: Origin.Kind, outcome: inout AppendOutcome
    ) {
        if time == newest.time {
            tally(bits, against: newest.bits, &outcome)
            return
        }
        // What is imported is history as another server wrote it down, its markers included.
        if bits == Cell.stale && origin != .imported {
            outcome.lateMarkers += 1
            return
        }
        if let earlier = pending.lateValue(of: reference, at: time) ?? late.value(of: reference, at: time) {
            return tally(bits, against: earlier, &outcome)
        }
        let (age, overflow) = newest.time.subtractingReportingOverflow(time)
        let isTooLate = overflow || age > settings.outOfOrderWindow
        let record = record(reference)
        // Before the time at which the series came to its column other columns may hold the sample.
        if record.pointee.hasColumn, time > record.pointee.newest {
            let timeline = timelines[Int(record.pointee.timeline)]
            if let (group, row) = timeline.openRow(at: time),
                let column = column(of: reference, in: group, of: timeline)
            {
                let present = group.cell(row: row, column: column)
                if present != Cell.absent { return tally(bits, against: present, &outcome) }
                if !isTooLate {
                    put(bits, group, row: row, column: column)
                    outcome.appended += 1
                    return
                }
            }
        }
        if isTooLate {
            outcome.outOfOrder += 1
            return
        }
        pending.add(late: reference, time, bits)
        outcome.appended += 1
    }

    /// Counts a sample whose time is taken.
    func tally(_ bits: UInt64, against present: UInt64, _ outcome: inout AppendOutcome) {
        if bits == present {
            outcome.repeated += 1
        } else if bits == Cell.stale {
            outcome.lateMarkers += 1
        } else {
            outcome.duplicate += 1
        }
    }

    /// Puts a sample into the row with its time of the timeline in which its series has a column; false when there is
    /// none.
    private func put(_ reference: UInt32, _ time: Int64, _ bits: UInt64, in timeline: Timeline) -> Bool {
        guard let (group, row) = timeline.openRow(at: time), let column = column(of: reference, in: group, of: timeline)
        else { return false }
        put(bits, group, row: row, column: column)
        return true
    }

    /// Sets a cell of an uncommitted row, or notes it for a committed one.
    private func put(_ bits: UInt64, _ group: RowGroup, row: Int, column: Int) {
        if row < group.rows { return pending.fill(group, row: row, column: column, bits: bits) }
        pending.touch(group)
        group.setCell(bits, row: row, column: column)
        if row == group.filled - 1 { group.writtenInRow += 1 }
    }

    /// The column that a series of the timeline has in a group that takes samples, made when it has none there; nil
    /// when there is no room.
    private func column(of reference: UInt32, in group: RowGroup, of timeline: Timeline) -> Int? {
        let present = Int(record(reference).pointee.column)
        if group === timeline.open { return present }
        if let former = group.column(of: reference, near: present) { return former }
        return group.columns < settings.columnsPerTimeline ? group.addColumn(reference) : nil
    }

    /// A timeline of the origin with an open row at this time, a new row or a new timeline when there is none.
    /// Nil when a commit must come first.
    private func timeline(
        for reference: UInt32, _ time: Int64, of origin: OriginTimelines, width: Int
    ) -> Timeline? {
        let home = record(reference).pointee.timeline
        if home != SeriesRecord.noTimeline {
            let timeline = timelines[Int(home)]
            if timeline.origin === origin && timeline.isIdle && timeline.lastTime < time {
                if let company = origin.company(at: time, columnLimit: settings.columnsPerTimeline) { return company }
                let expected = timeline.lastColumns > 0 ? min(width, timeline.lastColumns) : width
                return beginRow(timeline, time, width: expected) ? timeline : nil
            }
        }
        if let found = origin.timeline(withRowAt: time, columnLimit: settings.columnsPerTimeline) { return found }
        let timeline = origin.idleTimeline(before: time) ?? makeTimeline(origin)
        return beginRow(timeline, time, width: width) ? timeline : nil
    }

    /// Gives the series a column in a timeline, in place of the one it has.
    private func move(_ reference: UInt32, to target: Timeline, newest: (time: Int64, bits: UInt64)) {
        let record = record(reference)
        let former = record.pointee.timeline
        if former != SeriesRecord.noTimeline {
            leave(reference, newest: newest)
            if former != target.id {
                var formers = formerTimelines[reference] ?? []
                formers.removeAll { $0 == target.id }
                if !formers.contains(former) { formers.append(former) }
                formerTimelines[reference] = formers
            }
        }
        var column: Int?
        if former != SeriesRecord.noTimeline { column = target.column(of: reference) }
        if let column {
            target.setDeparted(false, column: column)
        } else if let group = target.open {
            column = group.addColumn(reference)
        }
        record.pointee.timeline = target.id
        record.pointee.column = column.map { UInt16($0) } ?? SeriesRecord.noColumn
        pending.moved.append((reference, former))
    }

    /// Takes the series out of its present column and keeps in its record what came before.
    private func leave(_ reference: UInt32, newest: (time: Int64, bits: UInt64)) {
        let committed = committedNewest(reference)
        if committed.time < newest.time { pending.undo.append((reference, committed.time, committed.bits)) }
        setNewest(reference, newest.time, newest.bits)
        let record = record(reference)
        if record.pointee.hasColumn {
            timelines[Int(record.pointee.timeline)].setDeparted(true, column: Int(record.pointee.column))
        }
    }
}
