import Model
import Platform
import Synchronization

/// Series and timelines leave the head.
extension Head {
    /// Series that sealed groups name. With the seal lock held.
    func insertSealed(into named: Bitmap, bound: Int) {
        let timelines = stateLock.withLock { _ in self.timelines }
        for timeline in timelines {
            for place in timeline.sealed {
                guard let file = windows[place.window], let group = GroupReader(file.mapping.bytes, at: place.offset)
                else { continue }
                for column in 0..<group.columns where group.reference(column) < bound {
                    named.insert(group.reference(column))
                }
            }
        }
        for reference in sealedLate.keys where reference < bound { named.insert(reference) }
    }

    /// Series with something in memory. With the commit lock and the state lock held, between commits.
    func insertUnsealed(into named: Bitmap, bound: Int) {
        for timeline in timelines {
            for group in timeline.groupsInMemory { Self.insert(group.layout, named, bound) }
        }
        for reference in late.references where reference < bound { named.insert(reference) }
    }

    private static func insert(_ layout: [UInt32], _ named: Bitmap, _ bound: Int) {
        for entry in layout where entry & ~RowGroup.departed < bound { named.insert(entry & ~RowGroup.departed) }
    }

    /// Takes a copy of the index without the series that leave, and forgets those; timelines that nobody is left in go
    /// too. With the commit lock and the state lock held.
    /// - Parameter floor: what has had no sample since may go.
    func adopt(_ copy: SeriesIndex, leaving: Bitmap, floor: Int64) {
        growStates()
        let homes = Bitmap(bound: timelines.count)
        let bits = StableArray<UInt64>()
        for reference in 0..<UInt32(newestBits.count) {
            let state = record(reference).pointee
            if state.isUnused || leaving.contains(reference) { continue }
            copy.record(SeriesReference(reference)).pointee.takeState(of: state)
            bits.skip(to: Int(reference))
            bits.append(newestBits[Int(reference)].pointee)
            if state.timeline != SeriesRecord.noTimeline { homes.insert(state.timeline) }
        }
        bits.skip(to: newestBits.count)
        formerTimelines = formerTimelines.filter { !leaving.contains($0.key) }
        for formers in formerTimelines.values { for timeline in formers { homes.insert(timeline) } }
        index = copy
        newestBits = bits
        for timeline in timelines where !timeline.idleLayout.isEmpty { thinOut(timeline, leaving) }
        removeTimelines(besides: homes, floor: floor)
    }

    /// Closes the gaps in the layout that a timeline is to go on with.
    private func thinOut(_ timeline: Timeline, _ leaving: Bitmap) {
        var layout: [UInt32] = []
        for entry in timeline.idleLayout {
            let reference = entry & ~RowGroup.departed
            if leaving.contains(reference) { continue }
            if entry & RowGroup.departed == 0 { record(reference).pointee.column = UInt16(layout.count) }
            layout.append(entry)
        }
        timeline.idleLayout = layout
    }

    private func removeTimelines(besides homes: Bitmap, floor: Int64) {
        for (number, timeline) in timelines.enumerated() where timeline !== nobody {
            guard timeline.groupsInMemory.isEmpty, timeline.sealed.isEmpty, timeline.idleLayout.isEmpty,
                timeline.committedTime < floor, !homes.contains(UInt32(number))
            else { continue }
            timelines[number] = nobody
            timeline.origin.timelines.removeAll { $0 === timeline }
        }
        for origin in origins.values { origin.strays = origin.strays.filter { index.hasSeries($0) } }
        origins = origins.filter { !$0.value.timelines.isEmpty || !$0.value.strays.isEmpty }
    }
}

extension SeriesRecord {
    /// The head keeps nothing here.
    fileprivate var isUnused: Bool { timeline == Self.noTimeline && newest == .min }
}
