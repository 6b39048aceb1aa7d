import Model

/// The order of series that blocks know more of than the head does.
extension Head {
    /// Notes at the start which series may have newer samples in blocks than in the head: windows become blocks when
    /// they are quiet or a deletion asks for it, not one after the other. They have no column until they are looked up.
    /// - Parameter horizon: the newest time in blocks.
    func doubtNewest(upTo horizon: Int64) {
        let isDoubtful = timelines.map { $0.firstTime ?? .min <= horizon }
        for reference in 0..<UInt32(newestBits.count) {
            let home = record(reference).pointee.timeline
            if home != SeriesRecord.noTimeline && !isDoubtful[Int(home)] { continue }
            let newest = newest(reference)
            if newest.time == .min || newest.time > horizon { continue }
            setNewest(reference, newest.time, newest.bits)
            doubtful.insert(reference)
            dropColumn(reference)
            if home == SeriesRecord.noTimeline || newest.bits == Cell.stale { continue }
            timelines[Int(home)].origin.strays.insert(reference)
        }
    }

    /// Looks in blocks for a newer sample of a series of which the head has none, or that is in doubt, if they have
    /// samples of this time or later.
    func recallNewest(_ reference: UInt32, before time: Int64) {
        let newest = newest(reference).time
        guard newest == .min || doubtful.remove(reference) != nil,
            let found = newestInBlocks?(index.labels(of: SeriesReference(reference)), time), found.time > newest
        else { return }
        setNewest(reference, found.time, found.bits)
    }

    /// Takes the series out of its column; its next sample finds a place anew.
    func dropColumn(_ reference: UInt32) {
        let record = record(reference)
        guard record.pointee.hasColumn else { return }
        timelines[Int(record.pointee.timeline)].setDeparted(true, column: Int(record.pointee.column))
        record.pointee.column = SeriesRecord.noColumn
    }
}
