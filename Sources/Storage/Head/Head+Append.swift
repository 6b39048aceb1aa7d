import Model
import Platform

/// How far a batch is placed.
struct BatchPosition {
    var part = 0
    var sample = 0
}

extension Head {
    /// Puts samples of a batch into rows that readers do not see yet. Stops before a sample whose timeline must first
    /// cut a group with uncommitted rows: the caller commits what there is and calls again. True at the end.
    func place(
        _ batch: AppendBatch, from position: inout BatchPosition, now: Int64, outcome: inout AppendOutcome
    ) -> Bool {
        growStates()
        defer { settleFills(&outcome) }
        while position.part < batch.parts.count {
            let part = batch.parts[position.part]
            precondition(part.references.count == part.values.count)
            precondition(part.times.isEmpty || part.times.count == part.values.count)
            let done = part.references.withUnsafeBufferPointer { references in
                part.values.withUnsafeBufferPointer { values in
                    part.times.withUnsafeBufferPointer { times in
                        let samples = BatchSamples(
                            references: references, values: values, times: times, time: part.time)
                        let origin = originTimelines(part.origin)
                        return place(samples, from: &position.sample, origin: origin, now: now, outcome: &outcome)
                    }
                }
            }
            if !done { return false }
            position.part += 1
            position.sample = 0
        }
        return true
    }

    private func place(
        _ samples: BatchSamples, from index: inout Int, origin: OriginTimelines, now: Int64,
        outcome: inout AppendOutcome
    ) -> Bool {
        let (oldest, underflow) = now.subtractingReportingOverflow(settings.retention)
        // Far from the ends of the range there is room for windows.
        let floor = underflow ? Int64.min / 2 : oldest
        let (ceiling, overflow) = now.addingReportingOverflow(Limits.futureTolerance)
        while index < samples.count {
            let time = samples.time(index)
            let end = samples.end(ofTimeAt: index)
            if !overflow && time > ceiling {
                outcome.tooFarAhead += end - index
                index = end
            } else if time < floor {
                outcome.tooOld += end - index
                index = end
            } else if !place(samples, from: &index, to: end, time: time, origin: origin, outcome: &outcome) {
                return false
            }
        }
        return true
    }

    /// Samples of one time.
    private func place(
        _ samples: BatchSamples, from index: inout Int, to end: Int, time: Int64, origin: OriginTimelines,
        outcome: inout AppendOutcome
    ) -> Bool {
        while index < end {
            let reference = samples.references[index].rawValue
            let record = record(reference)
            let width = min(settings.columnsPerTimeline, end - index)
            if record.pointee.hasColumn {
                let timeline = timelines[Int(record.pointee.timeline)]
                if timeline.origin === origin {
                    if timeline.lastTime < time && mayBeginRow(timeline) {
                        guard cutIfDue(timeline, time) else { return false }
                        if !timeline.isIdle { _ = beginRow(timeline, time, width: width) }
                    }
                    // The cut may have taken the series out of the layout.
                    if record.pointee.hasColumn, let group = timeline.open {
                        let column = Int(record.pointee.column)
                        let done =
                            group.filled > group.rows && group.lastTime == time
                            ? write(samples, from: index, to: end, group, column: column, &outcome)
                            : fill(samples, from: index, to: end, time, timeline, column: column, &outcome)
                        index += done
                        if done > 0 { continue }
                    }
                }
            }
            let bits = Cell.bits(samples.values[index])
            guard place(reference, time, bits, origin: origin, width: width, outcome: &outcome) else { return false }
            index += 1
        }
        return true
    }

    /// Writes samples into the row under way as long as they come in the order of its columns; returns how many.
    private func write(
        _ samples: BatchSamples, from start: Int, to end: Int, _ group: RowGroup, column: Int,
        _ outcome: inout AppendOutcome
    ) -> Int {
        let count = samples.agreement(with: group.layout, column: column, from: start, to: end)
        precondition(count > 0, "a record's column belongs to its series")
        let row = group.filled - 1
        let isEmpty = group.writtenInRow == 0
        var done = 0
        while done < count {
            let matrix = group.matrix(ofColumn: column + done)
            let offset = column + done - matrix.firstColumn
            let length = min(count - done, matrix.width - offset)
            let cells = matrix.makeCells(ofRow: row) + offset
            guard let values = samples.values.baseAddress.map({ $0 + (start + done) }) else { return 0 }
            if isEmpty {
                for position in 0..<length { cells[position] = Cell.bits(values[position]) }
                group.writtenInRow += length
                outcome.appended += length
            } else {
                write(UnsafeBufferPointer(start: values, count: length), to: cells, group, &outcome)
            }
            done += length
        }
        return count
    }

    /// Notes samples for a row that readers see as long as they come in the order of its columns, stand behind what
    /// their series have elsewhere and end no series; returns how many. None when the row is so old that series may
    /// have samples for which it is too late.
    private func fill(
        _ samples: BatchSamples, from start: Int, to end: Int, _ time: Int64, _ timeline: Timeline, column: Int,
        _ outcome: inout AppendOutcome
    ) -> Int {
        guard let (group, row) = timeline.openRow(at: time), row < group.rows,
            let first = group.column(of: samples.references[start].rawValue, near: column),
            timeline.lastTime - time <= settings.outOfOrderWindow
        else { return 0 }
        let limit = min(end - start, group.columns - first)
        let hasLate = !late.isEmpty
        var done = 0
        while done < limit {
            let reference = samples.references[start + done].rawValue
            if group.layout[first + done] & ~RowGroup.departed != reference { break }
            let record = record(reference)
            let bits = Cell.bits(samples.values[start + done])
            guard record.pointee.timeline == timeline.id, record.pointee.hasColumn, time > record.pointee.newest,
                bits != Cell.stale, !hasLate || !late.has(reference)
            else { break }
            let present = group.cell(row: row, column: first + done)
            if present == Cell.absent {
                pending.fill(group, row: row, column: first + done, bits: bits)
                outcome.appended += 1
            } else {
                tally(bits, against: present, &outcome)
            }
            done += 1
        }
        return done
    }

    private func settleFills(_ outcome: inout AppendOutcome) {
        pending.settleFills { bits, first in
            outcome.appended -= 1
            tally(bits, against: first, &outcome)
        }
    }

    /// Writes values to cells some of which may have one: the first one stays.
    private func write(
        _ values: UnsafeBufferPointer<Double>, to cells: UnsafeMutablePointer<UInt64>, _ group: RowGroup,
        _ outcome: inout AppendOutcome
    ) {
        var written = 0
        for (position, value) in values.enumerated() {
            let bits = Cell.bits(value)
            if cells[position] == Cell.absent {
                cells[position] = bits
                written += 1
            } else {
                tally(bits, against: cells[position], &outcome)
            }
        }
        group.writtenInRow += written
        outcome.appended += written
    }
}

/// The samples of one part of a batch.
struct BatchSamples {
    let references: UnsafeBufferPointer<SeriesReference>
    let values: UnsafeBufferPointer<Double>
    /// Empty, or one per sample.
    let times: UnsafeBufferPointer<Int64>
    let time: Int64

    var count: Int { references.count }

    func time(_ index: Int) -> Int64 { times.isEmpty ? time : times[index] }

    /// How many samples from an index on are of the series of a layout from a column on. Most often it is all of them.
    func agreement(with layout: [UInt32], column: Int, from start: Int, to end: Int) -> Int {
        let limit = min(end - start, layout.count - column)
        return layout.withUnsafeBufferPointer { layout in
            guard limit > 0, let left = layout.baseAddress, let right = references.baseAddress else { return 0 }
            let size = limit * MemoryLayout<UInt32>.size
            if compareMemory(left + column, UnsafeRawPointer(right + start), size) == 0 { return limit }
            var count = 0
            while count < limit && left[column + count] == right[start + count].rawValue { count += 1 }
            return count
        }
    }

    /// Where the run of samples with the time of this one ends.
    func end(ofTimeAt index: Int) -> Int {
        if times.isEmpty { return count }
        var end = index + 1
        while end < count && times[end] == times[index] { end += 1 }
        return end
    }
}
