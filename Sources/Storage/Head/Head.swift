import Model
import Platform
import Synchronization

/// The store's memory: series, timelines, open and frozen groups, late samples, and where sealed groups lie.
///
/// Two locks of the database guard it: the commit lock and the state lock. It is changed with both held and read with
/// either, so that a commit can be encoded and written while readers look around, and readers never wait for a disk.
final class Head: @unchecked Sendable {
    let stateLock = Mutex(())
    var settings: HeadSettings
    /// Replaced when series leave.
    var index: SeriesIndex {
        didSet { published.withLock { $0 = index } }
    }
    /// The same for those who have no lock.
    private let published: Mutex<SeriesIndex>
    let slabs = SlabPool()
    /// Per series the value at its record's `newest`.
    var newestBits = StableArray<UInt64>()
    var timelines: [Timeline] = []
    /// Stands in `timelines` for those that have left.
    let nobody = Timeline(id: .max, key: 0, origin: OriginTimelines(origin: Origin(.imported, key: 0)))
    /// Stands there during a recovery for those whose names are lost, until something is found of them.
    private let unseen = Timeline(id: .max, key: 0, origin: OriginTimelines(origin: Origin(.imported, key: 0)))
    var origins: [Origin: OriginTimelines] = [:]
    /// Further timelines that hold samples of a series, besides the one in its record.
    var formerTimelines: [UInt32: [UInt32]] = [:]
    var late = LateStore()
    /// Groups of late samples in files, oldest first.
    var sealedLate: [UInt32: [SealedGroup]] = [:]
    /// Files of sealed groups by the start of their window.
    var windows: [Int64: WindowFile] = [:]
    /// How often a window became a block; 0 when missing.
    var windowGenerations: [Int64: Int] = [:]
    /// Timelines with frozen groups.
    var sealQueue: [Timeline] = []
    /// Number of the last commit that readers see.
    var committed: UInt64 = 0
    var pending = PendingCommit()
    let changes = ChangeTimes()
    /// Finds the newest sample of a series in blocks, if any block has samples of this time or later.
    var newestInBlocks: ((Labels, Int64) -> (time: Int64, bits: UInt64)?)?
    /// Series that were found at the start with samples of which blocks may have newer ones.
    var doubtful: Set<UInt32> = []

    init(settings: HeadSettings, index: SeriesIndex) {
        self.settings = settings
        self.index = index
        published = Mutex(index)
    }

    /// The index as it is now, for any thread.
    var currentIndex: SeriesIndex { published.withLock { $0 } }

    func originTimelines(_ origin: Origin) -> OriginTimelines {
        if let found = origins[origin] { return found }
        let made = OriginTimelines(origin: origin)
        origins[origin] = made
        return made
    }

    func makeTimeline(_ origin: OriginTimelines) -> Timeline {
        restoreTimeline(key: key(ofTimeline: timelines.count, of: origin), origin: origin)
    }

    private func key(ofTimeline id: Int, of origin: OriginTimelines) -> UInt64 {
        let name = StableHash.combine(UInt64(origin.origin.kind.rawValue), origin.origin.key)
        return StableHash.combine(name, UInt64(id))
    }

    /// Adds a timeline with the next id.
    func restoreTimeline(key: UInt64, origin: OriginTimelines) -> Timeline {
        let timeline = Timeline(id: UInt32(timelines.count), key: key, origin: origin)
        timelines.append(timeline)
        origin.add(timeline)
        return timeline
    }

    /// Begins anew, while the register is read.
    func forgetNames() {
        index = index.emptyCopy()
        timelines = []
        origins = [:]
    }

    /// Takes references for series whose names are lost: what is stored under them must not get another's name.
    func reserveSeries(below count: Int) { index.addHoles(below: count) }

    /// Takes ids for timelines whose names are lost. No origin knows them, so nothing is ever added to them.
    func reserveTimelines(below count: Int) {
        while timelines.count < count { timelines.append(unseen) }
    }

    /// The timeline with an id, made when its name is lost and nothing was found of it yet. It gets a key of its own: a
    /// register without one means that a timeline has left.
    func reservedTimeline(_ id: UInt32) -> Timeline {
        reserveTimelines(below: Int(id) + 1)
        let found = timelines[Int(id)]
        if found !== unseen { return found }
        let unknown = OriginTimelines(origin: Origin(.imported, key: 0))
        let made = Timeline(id: id, key: key(ofTimeline: Int(id), of: unknown), origin: unknown)
        timelines[Int(id)] = made
        return made
    }

    /// Ends a recovery: nothing is left of the timelines of which nothing was found.
    func forgetUnseenTimelines() {
        for id in timelines.indices where timelines[id] === unseen { timelines[id] = nobody }
    }

    func record(_ reference: UInt32) -> UnsafeMutablePointer<SeriesRecord> {
        precondition(reference < newestBits.count, "a reference that was never given out")
        return index.record(SeriesReference(reference))
    }

    /// Makes room for the values of all series.
    func growStates() {
        while newestBits.count < index.count { newestBits.append(Cell.absent) }
    }

    /// Time and value of the newest sample; the time is `Int64.min` when there is none. Uncommitted samples count.
    func newest(_ reference: UInt32) -> (time: Int64, bits: UInt64) {
        var newest = committedNewest(reference, group: { $0.newestCell(column: $1) })
        if let fill = pending.newestFill(of: reference), fill.time > newest.time { newest = fill }
        return newest
    }

    /// The same, by what is committed.
    func committedNewest(_ reference: UInt32) -> (time: Int64, bits: UInt64) {
        committedNewest(reference, group: { $0.newestCell(column: $1, below: $0.rows) })
    }

    private func committedNewest(
        _ reference: UInt32, group find: (RowGroup, Int) -> (row: Int, bits: UInt64)?
    ) -> (time: Int64, bits: UInt64) {
        let record = record(reference)
        let closed = (time: record.pointee.newest, bits: newestBits[Int(reference)].pointee)
        guard record.pointee.hasColumn else { return closed }
        let timeline = timelines[Int(record.pointee.timeline)]
        guard let open = timeline.open else { return closed }
        let column = Int(record.pointee.column)
        if let cell = find(open, column) { return later(cell, in: open, closed) }
        for group in timeline.closing.reversed() {
            guard let column = group.column(of: reference, near: column), let cell = find(group, column) else {
                continue
            }
            return later(cell, in: group, closed)
        }
        return closed
    }

    private func later(
        _ cell: (row: Int, bits: UInt64), in group: RowGroup, _ closed: (time: Int64, bits: UInt64)
    ) -> (time: Int64, bits: UInt64) {
        let time = group.time(ofRow: cell.row)
        return time > closed.time ? (time, cell.bits) : closed
    }

    func setNewest(_ reference: UInt32, _ time: Int64, _ bits: UInt64) {
        record(reference).pointee.newest = time
        newestBits[Int(reference)].pointee = bits
    }
}

extension SeriesRecord {
    /// `column` of a series that has left its timeline's layout.
    static let noColumn = UInt16.max

    var hasColumn: Bool { timeline != Self.noTimeline && column != Self.noColumn }
}
