/// The way out of storage: what the query engine and the API read from. Thread safe.
package protocol SeriesSource: Sendable {
    /// A consistent view: whole commits up to now, nothing later. Holds no lock.
    func snapshot() throws(SelectError) -> any SeriesSnapshot
}

/// A moment of a store, to ask later what has changed since.
package struct SnapshotMark: Sendable {
    package var commit: UInt64
    /// How often samples had been removed.
    package var removals: UInt64

    package init(commit: UInt64, removals: UInt64) {
        self.commit = commit
        self.removals = removals
    }
}

/// A view of all series as of one commit. Thread safe; pins what it reads from until it goes away.
package protocol SeriesSnapshot: AnyObject, Sendable {
    /// The view's moment; nil when nothing can be said of changes.
    var mark: SnapshotMark? { get }

    /// Times (milliseconds) of which this view and the one with the mark have the same samples; nil when none are
    /// known.
    func unchanged(since mark: SnapshotMark) -> Range<Int64>?

    /// Finds the series that match all matchers and may have samples in the range. Reads no samples yet.
    func select(_ request: SelectRequest) throws(SelectError) -> any Selection

    /// No more series than this match and may have samples in the range; known at once, without looking at any. Nil
    /// when only looking tells.
    func mostSeries(_ request: SelectRequest) -> Int?

    /// Label sets of the series that match any of the matcher lists, sorted; all series when there is no list.
    func series(_ request: LabelRequest) throws(SelectError) -> [Labels]

    /// Names of labels of those series, sorted by bytes.
    func labelNames(_ request: LabelRequest) throws(SelectError) -> [String]

    /// True when `labelValues`, or `labelNames` where there is no name, answers within some hundred microseconds.
    func answersAtOnce(_ name: String?, _ request: LabelRequest) -> Bool

    /// Values of one label of those series, sorted by bytes.
    func labelValues(_ name: String, _ request: LabelRequest) throws(SelectError) -> [String]
}

extension SeriesSnapshot {
    package var mark: SnapshotMark? { nil }
    package func unchanged(since mark: SnapshotMark) -> Range<Int64>? { nil }
    package func mostSeries(_ request: SelectRequest) -> Int? { nil }
    package func answersAtOnce(_ name: String?, _ request: LabelRequest) -> Bool { false }
}

package struct SelectRequest: Sendable {
    package var matchers: [LabelMatcher]
    /// First millisecond wanted, inclusive.
    package var start: Int64
    /// Last millisecond wanted, inclusive.
    package var end: Int64
    /// Stale markers are delivered (instant selectors need them) or left out (range selectors).
    package var keepsStaleMarkers: Bool
    /// Nothing but each series' newest sample is looked at, stale markers included: older ones may be left out.
    package var wantsNewest = false
    /// More series than this are not wanted: the request ends with `tooManySeries`, before anything is made of them,
    /// where it is easy to tell.
    package var mostSeries: Int?
    /// Takes so much more room for what is found; false, which ends the request with `noRoom`, when it is too much. The
    /// selection keeps it until it goes away.
    package var takesBytes: (@Sendable (_ bytes: Int) -> Bool)?

    package init(matchers: [LabelMatcher], start: Int64, end: Int64, keepsStaleMarkers: Bool) {
        self.matchers = matchers
        self.start = start
        self.end = end
        self.keepsStaleMarkers = keepsStaleMarkers
    }

    /// Fails where there is not so much room.
    package func take(bytes: Int) throws(SelectError) {
        if let takesBytes, !takesBytes(bytes) { throw .noRoom }
    }
}

package struct LabelRequest: Sendable {
    /// Series matching any of the lists count; no list means all series.
    package var matchers: [[LabelMatcher]]
    /// Milliseconds, inclusive; series without a sample in the range may be left out.
    package var start: Int64
    package var end: Int64
    /// At most this many results; nil means all.
    package var limit: Int?
    /// Takes so much more room for what is found; false, which ends the request with `noRoom`, when it is too much.
    package var takesBytes: (@Sendable (_ bytes: Int) -> Bool)?

    package init(matchers: [[LabelMatcher]] = [], start: Int64 = .min, end: Int64 = .max, limit: Int? = nil) {
        self.matchers = matchers
        self.start = start
        self.end = end
        self.limit = limit
    }
}

/// The series a selector found. They are read in units: series of one timeline, at most a few hundred at once, so
/// that the memory of one slice stays bounded. Units may be read from several threads, each with its own slice.
package protocol Selection: AnyObject, Sendable {
    var seriesCount: Int { get }
    func labels(of series: Int) -> Labels
    var unitCount: Int { get }
    /// An upper bound of the samples a unit will deliver, known without reading.
    func estimatedSamples(inUnit unit: Int) -> Int
    /// Replaces the slice's content with the samples of a unit inside the asked range. Series without any are left
    /// out. Every series appears in exactly one unit and at most once.
    func read(unit: Int, into slice: Slice) throws(SelectError)
    /// What tells its series apart by some labels alone, the named ones or all others; nil when only label sets do.
    func keys(of names: [String], keeps: Bool) -> (any LabelKeys)?
}

extension Selection {
    package func keys(of names: [String], keeps: Bool) -> (any LabelKeys)? { nil }
}

/// Short keys that stand for some labels of a selection's series, so that label sets need not be put together to group
/// them. Thread safe.
package protocol LabelKeys: Sendable {
    /// Appends numbers, the same for two series if and only if the labels are the same. False, with nothing appended,
    /// for a series whose labels have no numbers.
    func append(of series: Int, to key: inout [UInt32]) -> Bool
}

/// Why data could not be read.
package enum SelectError: Error, Sendable, CustomStringConvertible {
    /// Damaged or unreadable data: file, offset and reason.
    case storage(String)
    case notReady
    /// Whoever asked has no room for the results.
    case noRoom
    /// More match than whoever asked wants.
    case tooManySeries
    /// Whoever asked wants nothing any more.
    case ended

    package var description: String {
        switch self {
        case .ended: return "reading was ended"
        case .tooManySeries: return "more series match than are wanted"
        case .noRoom: return "there is no room for the results"
        case .storage(let text): return text
        case .notReady: return "storage is not ready"
        }
    }
}
