import Model

/// What the head keeps per series, 24 bytes; lies in a slab at the index of the series' reference and never
/// moves.
///
/// The fields about labels are written once, before the reference is published. The others belong to the
/// head, which says by which lock they are guarded.
struct SeriesRecord: BitwiseCopyable {
    /// `timeline` of a series that has no column yet.
    static let noTimeline = UInt32.max

    /// Newest accepted time in milliseconds as far as columns were closed; `Int64.min` before.
    var newest = Int64.min
    /// The timeline with the series' present column.
    var timeline = SeriesRecord.noTimeline
    /// Index of the first of the series' label pairs.
    let firstPair: UInt32
    /// The upper half of the label set's hash.
    let hash: UInt32
    /// The present column within the timeline.
    var column: UInt16 = 0
    /// 0 for a reference that was never given out (a hole).
    let pairCount: UInt16

    init(firstPair: UInt32, pairCount: UInt16, hash: UInt32) {
        self.firstPair = firstPair
        self.pairCount = pairCount
        self.hash = hash
    }
}
