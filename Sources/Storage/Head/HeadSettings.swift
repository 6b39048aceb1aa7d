import Model

/// What the rules of the head depend on. Times in milliseconds.
struct HeadSettings {
    /// Length of a window; all rows of a group lie in one.
    static let window: Int64 = 2 * 3_600_000

    /// R: rows after which a group is cut.
    var rowsPerGroup: Int
    var columnsPerTimeline: Int
    var outOfOrderWindow: Int64
    var retention: Int64

    /// Rows before the open group that take fills of senders that lag; their groups are as long.
    var lagRows: Int { max(1, rowsPerGroup / 2) }

    static func windowStart(_ time: Int64) -> Int64 {
        let rest = time % window
        return time - (rest < 0 ? rest + window : rest)
    }

    /// Rows of the next group of a timeline. The first of a window is shorter, so that timelines do not fill in step;
    /// senders that lag get shorter groups, because theirs stay in memory longer.
    func rowLimit(of timeline: Timeline, window: Int64) -> Int {
        let full = timeline.origin.takesLaggingRows ? lagRows : rowsPerGroup
        if timeline.lastWindow == window { return full }
        return full - Int(timeline.key % UInt64(full))
    }
}
