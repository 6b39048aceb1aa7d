/// Puts the records of series back when all groups are known again.
extension Head {
    /// Ends an open group because the journal begins the next one.
    func endReplayed(_ timeline: Timeline) {
        guard let group = timeline.open else { return }
        timeline.open = nil
        if group.rows > 0 { timeline.closing.append(group) }
        freezeClosing(of: timeline, keeping: timeline.origin.takesLaggingRows ? settings.lagRows : 0)
    }

    /// Lets the oldest groups wait for sealing as long as those behind them have so many rows.
    func freezeClosing(of timeline: Timeline, keeping lag: Int) {
        var rows = timeline.closing.reduce(0) { $0 + $1.rows }
        while let group = timeline.closing.first, rows - group.rows >= lag {
            rows -= group.rows
            timeline.closing.removeFirst()
            freeze(group, of: timeline)
        }
    }

    /// Gives every series its newest sample, its timelines and its present column; every timeline its last time and the
    /// layout to go on with. `sealedColumns` tells the series of a sealed group, each with a way to its newest sample.
    func rebuildRecords(sealedColumns: (SealedGroup, (UInt32, () -> (time: Int64, bits: UInt64)?) -> Void) -> Void) {
        growStates()
        var newest = NewestCells()
        let continued = Bitmap(bound: newestBits.count)
        for timeline in timelines {
            if let open = timeline.open, let last = timeline.sealed.last, last.firstTime > open.lastTime {
                endReplayed(timeline)
            }
            if timeline.open == nil { freezeClosing(of: timeline, keeping: 0) }
            noteSealed(timeline, &newest, continued, sealedColumns)
            for group in timeline.frozen { noteColumns(of: group, timeline, &newest) }
            if !timeline.closing.isEmpty { noteColumnsThatLeft(timeline, &newest) }
            restoreTimes(timeline)
        }
        placeColumns(&newest)
        noteLateSamples(sealedColumns)
    }

    /// The columns of sealed groups. Of a series with newer samples in the open group nobody asks for the value, so it
    /// is not looked for: decoding that of every series would take a fifth of a start.
    /// - Parameter continued: an empty set, and so it is left.
    private func noteSealed(
        _ timeline: Timeline, _ newest: inout NewestCells, _ continued: Bitmap,
        _ sealedColumns: (SealedGroup, (UInt32, () -> (time: Int64, bits: UInt64)?) -> Void) -> Void
    ) {
        if timeline.sealed.isEmpty { return }
        let (records, values, id) = (index.records, newestBits, timeline.id)
        let layout = timeline.open?.layout ?? []
        if let open = timeline.open {
            newest.read(open)
            for column in layout.indices where newest[column] != nil { continued.insert(layout[column]) }
        }
        for group in timeline.sealed.reversed() {
            sealedColumns(group) { reference, ending in
                guard reference < values.count else { return }
                let record = records[Int(reference)]
                let isKnown = record.pointee.timeline == id || joins(reference, timeline)
                if isKnown && group.lastTime <= record.pointee.newest { return }
                if continued.contains(reference) {
                    note(record, reference, timeline, group.lastTime, values[Int(reference)], Cell.absent)
                } else if let ending = ending() {
                    note(record, reference, timeline, ending.time, values[Int(reference)], ending.bits)
                }
            }
        }
        for reference in layout { continued.remove(reference) }
    }

    /// Of a series that has lost samples one that came late may be the newest.
    private func noteLateSamples(
        _ sealedColumns: (SealedGroup, (UInt32, () -> (time: Int64, bits: UInt64)?) -> Void) -> Void
    ) {
        for reference in late.references {
            if let last = late[reference].last { noteLate(reference, last.time, last.bits) }
        }
        for group in sealedLate.values.joined() {
            sealedColumns(group) { reference, ending in
                guard reference < newestBits.count, group.lastTime > newest(reference).time else { return }
                if let ending = ending() { noteLate(reference, ending.time, ending.bits) }
            }
        }
    }

    private func noteLate(_ reference: UInt32, _ time: Int64, _ bits: UInt64) {
        guard reference < newestBits.count, time > newest(reference).time else { return }
        setNewest(reference, time, bits)
        leaveColumn(reference)
    }

    /// True when the timeline is known as one of the series'.
    private func joins(_ reference: UInt32, _ timeline: Timeline) -> Bool {
        let home = record(reference).pointee.timeline
        if home == timeline.id { return true }
        if home == SeriesRecord.noTimeline { return false }
        if formerTimelines[reference]?.contains(timeline.id) != true {
            formerTimelines[reference, default: []].append(timeline.id)
        }
        return true
    }

    /// Takes a column's newest sample into its series' record.
    private func note(_ reference: UInt32, _ timeline: Timeline, _ time: Int64, _ bits: UInt64) {
        note(record(reference), reference, timeline, time, newestBits[Int(reference)], bits)
    }

    /// - Parameters:
    ///   - record: the series'.
    ///   - value: where the value of its newest sample is kept.
    @inline(__always)
    private func note(
        _ record: UnsafeMutablePointer<SeriesRecord>, _ reference: UInt32, _ timeline: Timeline, _ time: Int64,
        _ value: UnsafeMutablePointer<UInt64>, _ bits: UInt64
    ) {
        let home = record.pointee.timeline
        if home != timeline.id { _ = joins(reference, timeline) }
        if home != SeriesRecord.noTimeline && time <= record.pointee.newest { return }
        record.pointee.newest = time
        value.pointee = bits
        if home == SeriesRecord.noTimeline || home == timeline.id {
            record.pointee.timeline = timeline.id
            record.pointee.column = SeriesRecord.noColumn
        } else {
            adopt(reference, timeline)
        }
    }

    /// Makes a timeline the series' home.
    private func adopt(_ reference: UInt32, _ timeline: Timeline) {
        let record = record(reference)
        let home = record.pointee.timeline
        record.pointee.timeline = timeline.id
        record.pointee.column = SeriesRecord.noColumn
        if home == SeriesRecord.noTimeline || home == timeline.id { return }
        var formers = formerTimelines[reference] ?? []
        formers.removeAll { $0 == timeline.id }
        if !formers.contains(home) { formers.append(home) }
        formerTimelines[reference] = formers
    }

    private func noteColumns(
        of group: RowGroup, _ timeline: Timeline, _ newest: inout NewestCells,
        where isWanted: (UInt32) -> Bool = { _ in true }
    ) {
        newest.read(group)
        let (records, values) = (index.records, newestBits)
        group.layout.withUnsafeBufferPointer { layout in
            for column in layout.indices where isWanted(layout[column]) {
                guard let cell = newest[column] else { continue }
                let reference = Int(layout[column])
                note(records[reference], layout[column], timeline, newest.times[cell.row], values[reference], cell.bits)
            }
        }
    }

    /// Series that are in groups that take fills, but not in the open one.
    private func noteColumnsThatLeft(_ timeline: Timeline, _ newest: inout NewestCells) {
        let present = Set(timeline.open?.layout ?? [])
        for group in timeline.closing { noteColumns(of: group, timeline, &newest) { !present.contains($0) } }
    }

    private func restoreTimes(_ timeline: Timeline) {
        if let last = timeline.sealed.last {
            timeline.lastTime = last.lastTime
            timeline.lastWindow = last.window
            timeline.nextNumber = max(timeline.nextNumber, last.number + 1)
        }
        for group in timeline.groupsInMemory {
            timeline.lastTime = max(timeline.lastTime, group.lastTime)
            timeline.lastWindow = group.window
            timeline.nextNumber = max(timeline.nextNumber, group.number + 1)
        }
        timeline.committedTime = timeline.lastTime
    }

    /// Of the columns a series has in open groups the one with its newest sample is the present one; what the others
    /// hold goes into the record.
    private func placeColumns(_ newest: inout NewestCells) {
        let records = index.records
        for timeline in timelines {
            guard let group = timeline.open else { continue }
            newest.read(group)
            var stale = 0
            group.layout.withUnsafeBufferPointer { layout in
                for column in layout.indices {
                    let cell = newest[column]
                    if cell?.bits == Cell.stale { stale += 1 }
                    let found = cell.map { (time: newest.times[$0.row], bits: $0.bits) }
                    place(
                        records[Int(layout[column])], layout[column], timeline, column,
                        found ?? closingCell(of: layout[column], timeline, column))
                }
            }
            group.staleColumns = stale
        }
        for timeline in timelines {
            guard let group = timeline.open else { continue }
            let id = timeline.id
            let departed = group.layout.indices.filter { column in
                let record = records[Int(group.layout[column])].pointee
                return record.timeline != id || Int(record.column) != column
            }
            for column in departed { group.setDeparted(true, column: column) }
        }
        restoreIdleLayouts()
    }

    /// - Parameters:
    ///   - record: the series'.
    ///   - newest: its newest cell in the groups of the timeline that take samples.
    @inline(__always)
    private func place(
        _ record: UnsafeMutablePointer<SeriesRecord>, _ reference: UInt32, _ timeline: Timeline, _ column: Int,
        _ newest: (time: Int64, bits: UInt64)?
    ) {
        let home = record.pointee.timeline
        guard let (time, bits) = newest else {
            // It goes on if the series' newest sample lies in this timeline. One without samples may have some in
            // blocks, and is looked for there first.
            if home == SeriesRecord.noTimeline {
                record.pointee.timeline = timeline.id
                record.pointee.column = SeriesRecord.noColumn
            } else if home == timeline.id && record.pointee.newest != .min {
                record.pointee.column = UInt16(column)
            }
            return
        }
        if home == SeriesRecord.noTimeline || home == timeline.id && !record.pointee.hasColumn {
            // Nearly all.
            if home == timeline.id && time <= record.pointee.newest { return }
            record.pointee.timeline = timeline.id
            record.pointee.column = UInt16(column)
            return
        }
        move(reference, timeline, column, time, bits)
    }

    /// Places a series that has a column already or was in another timeline.
    private func move(_ reference: UInt32, _ timeline: Timeline, _ column: Int, _ time: Int64, _ bits: UInt64) {
        let record = record(reference)
        _ = joins(reference, timeline)
        let known = committedNewest(reference)
        if time <= known.time {
            if time > record.pointee.newest { setNewest(reference, time, bits) }
            return
        }
        if known.time > record.pointee.newest { setNewest(reference, known.time, known.bits) }
        adopt(reference, timeline)
        record.pointee.column = UInt16(column)
    }

    /// A series' newest cell in the groups before the open one that take samples.
    private func closingCell(
        of reference: UInt32, _ timeline: Timeline, _ column: Int
    ) -> (time: Int64, bits: UInt64)? {
        for group in timeline.closing.reversed() {
            guard let column = group.column(of: reference, near: column), let cell = group.newestCell(column: column)
            else { continue }
            return (group.time(ofRow: cell.row), cell.bits)
        }
        return nil
    }

    /// Series without a column that did not end with a stale marker get it back in the timeline of their newest sample,
    /// if that has no open group; else they are strays.
    private func restoreIdleLayouts() {
        let (records, values) = (index.records, newestBits)
        for reference in 0..<UInt32(values.count) {
            let record = records[Int(reference)]
            if record.pointee.timeline == SeriesRecord.noTimeline || record.pointee.hasColumn { continue }
            if record.pointee.newest == .min { continue }
            if values[Int(reference)].pointee == Cell.stale { continue }
            let timeline = timelines[Int(record.pointee.timeline)]
            let isCurrent = record.pointee.newest >= timeline.sealed.last?.firstTime ?? .max
            if timeline.open == nil && isCurrent && timeline.idleLayout.count < settings.columnsPerTimeline {
                record.pointee.column = UInt16(timeline.idleLayout.count)
                timeline.idleLayout.append(reference)
            } else {
                timeline.origin.strays.insert(reference)
            }
        }
    }
}
