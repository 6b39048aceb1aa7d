/// Which times the head covers, and where.
extension Head {
    var hasScatteredSeries: Bool { !formerTimelines.isEmpty || !late.isEmpty || !sealedLate.isEmpty }

    /// True when a series has samples in several timelines, or late ones.
    func isScattered(_ reference: UInt32) -> Bool {
        formerTimelines[reference] != nil || sealedLate[reference] != nil || late.has(reference)
    }

    /// False when the series has no sample in the range; true may be wrong.
    func mayHaveSamples(_ reference: UInt32, from start: Int64, to end: Int64) -> Bool {
        guard reference < newestBits.count else { return false }
        let home = record(reference).pointee.timeline
        if home != SeriesRecord.noTimeline && timelines[Int(home)].overlaps(start, end) { return true }
        if let formers = formerTimelines[reference],
            formers.contains(where: { timelines[Int($0)].overlaps(start, end) })
        {
            return true
        }
        if late.overlaps(reference, start, end) { return true }
        return sealedLate[reference]?.contains { $0.firstTime <= end && $0.lastTime >= start } ?? false
    }
}

extension Timeline {
    /// Time of the first committed row that is kept.
    var firstTime: Int64? {
        let oldestSealed = sealed.first?.firstTime
        if let frozen = frozen.first?.time(ofRow: 0) { return min(frozen, oldestSealed ?? frozen) }
        if let oldestSealed { return oldestSealed }
        if let open, open.rows > 0 { return open.time(ofRow: 0) }
        return nil
    }

    func overlaps(_ start: Int64, _ end: Int64) -> Bool {
        guard let firstTime else { return false }
        return firstTime <= end && committedTime >= start
    }
}
