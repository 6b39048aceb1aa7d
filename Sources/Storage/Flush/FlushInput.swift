import Model
import Platform
import Synchronization

/// What the file of a window holds, by timelines. Valid as long as the file is mapped.
struct FlushInput {
    /// Of the series with samples, ascending; their numbers in the block are the indices.
    let labels: [Labels]
    let damages: [GroupFileScan.Damage]
    private let numbers: SeriesNumbers
    private let groups: [GroupReader]
    private let keys: [UInt32: (key: UInt64, origin: Origin)]
    private let originsOfLate: [UInt32: Origin]

    init(_ bytes: UnsafeRawBufferPointer, _ head: Head) {
        let scan = GroupFileScan(bytes)
        damages = scan.damages
        var names: Set<JournalReplay.GroupName> = []
        // A group was written twice when its first place could not be published.
        groups = scan.offsets.compactMap { GroupReader(bytes, at: $0) }.filter { group in
            group.isLate || names.insert(.init(timeline: group.timeline, number: group.number)).inserted
        }
        let present = Bitmap(bound: head.index.count)
        for group in groups {
            for column in 0..<group.columns where Int(group.reference(column)) < head.index.count {
                present.insert(group.reference(column))
            }
        }
        var series: [(reference: UInt32, labels: Labels)] = []
        present.visit { reference in
            let labels = head.index.labels(of: SeriesReference(reference))
            // A reference whose name is lost: nobody can ask for it.
            if !labels.isEmpty { series.append((reference, labels)) }
        }
        series.sort { $0.labels < $1.labels }
        labels = series.map(\.labels)
        numbers = SeriesNumbers(series.map(\.reference))
        let groups = groups
        (keys, originsOfLate) = head.stateLock.withLock { _ in
            var keys: [UInt32: (key: UInt64, origin: Origin)] = [:]
            var origins: [UInt32: Origin] = [:]
            for group in groups {
                if group.isLate {
                    origins[group.reference(0)] = head.origin(ofSeries: group.reference(0))
                } else if Int(group.timeline) < head.timelines.count {
                    let timeline = head.timelines[Int(group.timeline)]
                    keys[group.timeline] = (timeline.key, timeline.origin.origin)
                }
            }
            return (keys, origins)
        }
    }

    func timelines() throws -> [AssemblyTimeline] {
        var byTimeline: [UInt32: [GroupReader]] = [:]
        var timelines: [AssemblyTimeline] = []
        var late: [GroupReader] = []
        for group in groups {
            if group.isLate { late.append(group) } else { byTimeline[group.timeline, default: []].append(group) }
        }
        let nobody = Origin(.imported, key: 0)
        for (number, groups) in byTimeline.sorted(by: { $0.key < $1.key }) {
            let (key, origin) = keys[number] ?? (0, nobody)
            for run in Self.runs(groups) {
                timelines.append(
                    try AssemblyTimeline(
                        key: key, origin: origin,
                        sources: run.map { (.group(.init(reader: $0, numbers: numbers)), timelines.count) }))
            }
        }
        for group in late {
            timelines.append(
                try AssemblyTimeline(
                    key: 0, origin: originsOfLate[group.reference(0)] ?? nobody, isLate: true,
                    sources: [(.group(.init(reader: group, numbers: numbers)), timelines.count)]))
        }
        return timelines
    }

    /// Groups in order of time, in as few runs without overlap as the order allows.
    private static func runs(_ groups: [GroupReader]) -> [[GroupReader]] {
        var runs: [[GroupReader]] = []
        for group in groups.sorted(by: { $0.firstTime < $1.firstTime }) {
            let place = runs.firstIndex { ($0.last?.lastTime ?? .min) < group.firstTime }
            if let place { runs[place].append(group) } else { runs.append([group]) }
        }
        return runs
    }
}

extension Head {
    /// The origin to which a series belongs now.
    fileprivate func origin(ofSeries reference: UInt32) -> Origin {
        guard reference < newestBits.count else { return Origin(.imported, key: 0) }
        let home = record(reference).pointee.timeline
        if home == SeriesRecord.noTimeline { return Origin(.imported, key: 0) }
        return timelines[Int(home)].origin.origin
    }
}
