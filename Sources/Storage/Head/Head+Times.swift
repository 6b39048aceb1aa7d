import Model

/// Which times the head covers, and where.
extension Head {
    var hasScatteredSeries: Bool { !formerTimelines.isEmpty || !late.isEmpty || !sealedLate.isEmpty }

    /// True when a series has samples in several timelines, or late ones.
    func isScattered(_ reference: UInt32) -> Bool {
        formerTimelines[reference] != nil || sealedLate[reference] != nil || late.has(reference)
    }

    /// False when no series has a sample in the range; true may be wrong.
    func mayHaveSamples(from start: Int64, to end: Int64) -> Bool {
        !late.isEmpty || !sealedLate.isEmpty || timelines.contains { $0.overlaps(start, end) }
    }

    /// Calls `body` with each of the series and the timeline of its present column; nil when it has none yet.
    @inline(__always) func forEachHome(of references: some Sequence<UInt32>, _ body: (UInt32, Int?) -> Void) {
        let index = index
        let bound = newestBits.count
        for reference in references {
            let home = reference < bound ? index.record(SeriesReference(reference)).pointee.timeline : nil
            body(reference, home == SeriesRecord.noTimeline ? nil : home.map { Int($0) })
        }
    }

    /// False when the series has no sample in the range outside its home; true may be wrong.
    func mayHaveScatteredSamples(_ reference: UInt32, from start: Int64, to end: Int64) -> Bool {
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
        let inMemory = (frozen.first ?? closing.first ?? open).flatMap { $0.rows > 0 ? $0.time(ofRow: 0) : nil }
        guard let first = sealed.first?.firstTime else { return inMemory }
        return min(first, inMemory ?? first)
    }

    func overlaps(_ start: Int64, _ end: Int64) -> Bool {
        if committedTime < start { return false }
        // What is sealed already mostly tells, without looking at groups that are written to.
        if let first = sealed.first?.firstTime, first <= end { return true }
        return firstTime.map { $0 <= end } ?? false
    }
}
