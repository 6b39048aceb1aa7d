import Model

/// What the head keeps per series, 24 bytes; lies in a slab at the index of the series' reference and never
/// moves. Zeros are the record of a reference that nobody has (a hole), so that memory for holes need not be
/// written.
///
/// The fields about labels are written once, before the reference is published. The others belong to the
/// head, which says by which lock they are guarded.
struct SeriesRecord: BitwiseCopyable {
    /// `timeline` of a series that has no column yet.
    static let noTimeline = UInt32.max

    /// With the sign bit flipped, so that 0 is `Int64.min`.
    private var flippedNewest: Int64 = 0
    /// One more, so that 0 is `noTimeline`.
    private var timelineAndOne: UInt32 = 0
    /// Index of the first of the series' label pairs.
    let firstPair: UInt32
    /// The upper half of the label set's hash.
    let hash: UInt32
    /// The present column within the timeline.
    var column: UInt16 = 0
    /// 0 for a hole.
    let pairCount: UInt16

    init(firstPair: UInt32, pairCount: UInt16, hash: UInt32) {
        self.firstPair = firstPair
        self.pairCount = pairCount
        self.hash = hash
    }

    /// Newest accepted time in milliseconds as far as columns were closed; `Int64.min` before.
    @inline(__always) var newest: Int64 {
        get { flippedNewest ^ .min }
        set { flippedNewest = newValue ^ .min }
    }

    /// The timeline with the series' present column.
    @inline(__always) var timeline: UInt32 {
        get { timelineAndOne &- 1 }
        set { timelineAndOne = newValue &+ 1 }
    }

    /// Takes over what the head keeps.
    mutating func takeState(of other: SeriesRecord) {
        flippedNewest = other.flippedNewest
        timelineAndOne = other.timelineAndOne
        column = other.column
    }
}
