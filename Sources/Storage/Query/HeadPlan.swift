import Model
import Platform
import Synchronization

/// Which groups hold the samples of a selection: taken under the state lock, read without.
struct HeadPlan: @unchecked Sendable {
    // Sendable: never changed once made; the views and mappings it points into are only read.

    /// Selected series of one timeline and its groups in the range, oldest first.
    struct Shared {
        var key: UInt64
        var sources: [GroupSource] = []
        var rows = 0
        /// Numbers within the selection, ascending.
        var series: [Int] = []
    }

    /// A series with several pieces.
    struct Scattered {
        var series: Int
        /// Indices of `shared`.
        var pieces: [Int]
        /// Groups of late samples, oldest first.
        var lateGroups: [GroupSource]
        var late: [LateStore.Sample]
    }

    /// Bytes of a series' reference and its place in a timeline, and in the list that the index gave.
    static let bytesPerSeries = 2 * MemoryLayout<UInt32>.stride + MemoryLayout<Int>.stride

    let start: Int64
    let end: Int64
    let keepsStaleMarkers: Bool
    /// Of each series only the newest sample, if it is easier to have.
    let wantsNewest: Bool
    /// References of the series that may have samples.
    private(set) var references: [UInt32] = []
    private(set) var shared: [Shared] = []
    private(set) var scattered: [Scattered] = []
    /// What the sealed groups lie in.
    private var mappings: [any MappedBytes] = []
    private var planOfTimeline: [UInt32: Int] = [:]
    private var lastPlan: (timeline: UInt32, index: Int)?
    /// Some series of the head have several pieces.
    private var mayBeScattered = false

    init(_ head: Head, _ selected: [UInt32], _ request: SelectRequest, commit: UInt64) {
        start = request.start
        end = request.end
        keepsStaleMarkers = request.keepsStaleMarkers
        wantsNewest = request.wantsNewest && request.keepsStaleMarkers
        references.reserveCapacity(selected.count)
        head.stateLock.withLock { _ in
            mappings = head.windows.values.map(\.mapping)
            mayBeScattered = head.hasScatteredSeries
            for reference in selected where reference < head.newestBits.count { add(reference, head, commit) }
        }
    }

    /// Bytes of the groups and of what series with several pieces need beside their references.
    var bytesOfPieces: Int {
        let groups = shared.reduce(0) { $0 + $1.sources.count } + scattered.reduce(0) { $0 + $1.lateGroups.count }
        let late = scattered.reduce(0) { $0 + $1.late.count }
        return shared.count * MemoryLayout<Shared>.stride + groups * MemoryLayout<GroupSource>.stride
            + scattered.count * Self.scatteredBytes + late * MemoryLayout<LateStore.Sample>.stride
    }

    /// With the heads of its three lists.
    private static let scatteredBytes = MemoryLayout<Scattered>.stride + 3 * 48

    private mutating func add(_ reference: UInt32, _ head: Head, _ commit: UInt64) {
        let home = head.record(reference).pointee.timeline
        let series = references.count
        let homePiece = home == SeriesRecord.noTimeline ? nil : plan(of: home, head, commit)
        // Nearly all series have one timeline and nothing late.
        if !mayBeScattered || !head.isScattered(reference) {
            guard let homePiece else { return }
            shared[homePiece].series.append(series)
            references.append(reference)
            return
        }
        var pieces = homePiece.map { [$0] } ?? []
        for former in head.formerTimelines[reference] ?? [] {
            if let piece = plan(of: former, head, commit) { pieces.append(piece) }
        }
        let late = head.late[reference].filter { $0.time >= start && $0.time <= end }
        let lateGroups = (head.sealedLate[reference] ?? []).compactMap { source($0, head) }
        if late.isEmpty && lateGroups.isEmpty && pieces.count <= 1 {
            guard let piece = pieces.first else { return }
            shared[piece].series.append(series)
        } else {
            scattered.append(.init(series: series, pieces: pieces, lateGroups: lateGroups, late: late))
        }
        references.append(reference)
    }

    /// The entry of a timeline in `shared`; nil when it has no rows in the range.
    private mutating func plan(of timeline: UInt32, _ head: Head, _ commit: UInt64) -> Int? {
        if let lastPlan, lastPlan.timeline == timeline { return lastPlan.index }
        if let found = planOfTimeline[timeline] {
            if found >= 0 { lastPlan = (timeline, found) }
            return found < 0 ? nil : found
        }
        let sources = sources(of: head.timelines[Int(timeline)], head, commit)
        planOfTimeline[timeline] = sources.isEmpty ? -1 : shared.count
        if sources.isEmpty { return nil }
        let key = head.timelines[Int(timeline)].key
        shared.append(.init(key: key, sources: sources, rows: sources.reduce(0) { $0 + $1.rows }))
        return shared.count - 1
    }

    private func sources(of timeline: Timeline, _ head: Head, _ commit: UInt64) -> [GroupSource] {
        guard timeline.overlaps(start, end) else { return [] }
        var sources: [GroupSource] = []
        let first = timeline.firstSealed(endingFrom: start)
        let sealed = timeline.sealed[first...].prefix { $0.firstTime <= end }
        for group in sealed {
            if let file = head.windows[group.window] { GroupReader.prefetch(file.mapping.bytes, at: group.offset) }
        }
        for group in sealed {
            if let source = source(group, head) { sources.append(source) }
        }
        for group in timeline.groupsInMemory {
            guard let view = RowGroupView(group, commit: commit) else { continue }
            if view.firstTime <= end && view.lastTime >= start { sources.append(.memory(view)) }
        }
        return timeline.isInOrder ? sources : sources.sorted { $0.firstTime < $1.firstTime }
    }

    private func source(_ group: SealedGroup, _ head: Head) -> GroupSource? {
        guard group.firstTime <= end, group.lastTime >= start, let file = head.windows[group.window],
            let reader = GroupReader(file.mapping.bytes, at: group.offset)
        else { return nil }
        return .sealed(SealedRows(reader, path: file.file.path, offset: group.offset))
    }
}

extension Timeline {
    /// False when a group came back from the journal that lies before sealed ones.
    fileprivate var isInOrder: Bool {
        guard let last = sealed.last, let next = frozen.first ?? closing.first else { return true }
        return last.lastTime < next.time(ofRow: 0)
    }

    /// Index of the first sealed group that ends at a time or later.
    func firstSealed(endingFrom time: Int64) -> Int {
        lowerBound(sealed.count) { sealed[$0].lastTime < time }
    }
}
