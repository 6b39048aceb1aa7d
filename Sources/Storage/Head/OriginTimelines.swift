import Model

/// An origin and the timelines its samples go to. Guarded as `Head` is.
final class OriginTimelines {
    /// Timelines looked at for an open row, newest first, before a new one is begun.
    private static let searchLimit = 256

    let origin: Origin
    /// In order of their making.
    var timelines: [Timeline] = []
    /// Series that lost their column although no stale marker ended them; to be checked against their records.
    var strays: Set<UInt32> = []
    /// Where a series joined last: the next one will most likely join there too.
    private var lastJoined: Timeline?
    /// The first timeline with room to begin a row at this time.
    private var latestRow: (timeline: Timeline, time: Int64)?

    init(origin: Origin) { self.origin = origin }

    /// One commit of a scrape adds at most one row to a timeline, so that series with different stamps part.
    var takesOneRowPerCommit: Bool {
        switch origin.kind {
        case .scraped, .stamped, .target: return true
        case .rules, .remote, .imported: return false
        }
    }

    /// Its senders lag behind each other: groups take fills for a while after their last row.
    var takesLaggingRows: Bool { origin.kind == .remote }

    /// A timeline with an open row at exactly this time and room for a column.
    func timeline(withRowAt time: Int64, columnLimit: Int) -> Timeline? {
        if let lastJoined, Self.fits(lastJoined, time, columnLimit) { return lastJoined }
        for candidate in timelines.suffix(Self.searchLimit).reversed() where Self.fits(candidate, time, columnLimit) {
            lastJoined = candidate
            return candidate
        }
        return nil
    }

    /// Remembers who began a row first.
    func noteRow(of timeline: Timeline, _ time: Int64, columnLimit: Int) {
        if let latestRow, latestRow.time == time, latestRow.timeline.open?.columns ?? 0 < columnLimit { return }
        latestRow = (timeline, time)
    }

    /// Where a series finds others with its time; nil when nobody has it.
    func company(at time: Int64, columnLimit: Int) -> Timeline? {
        guard let latestRow, latestRow.time >= time, Self.fits(latestRow.timeline, time, columnLimit) else {
            return nil
        }
        return latestRow.timeline
    }

    /// A timeline that all series have left and that may go on at this time.
    func idleTimeline(before time: Int64) -> Timeline? {
        timelines.suffix(Self.searchLimit).last { $0.isIdle && $0.lastTime < time }
    }

    func add(_ timeline: Timeline) {
        timelines.append(timeline)
        lastJoined = timeline
    }

    private static func fits(_ timeline: Timeline, _ time: Int64, _ columnLimit: Int) -> Bool {
        guard let open = timeline.open, open.columns < columnLimit, let place = timeline.openRow(at: time) else {
            return false
        }
        return place.group.columns < columnLimit
    }
}
