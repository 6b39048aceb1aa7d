/// Bounds that hold everywhere, in one place.
package enum Limits {
    /// Samples further ahead of the clock than this are refused, in milliseconds.
    package static let futureTolerance: Int64 = 10 * 60 * 1000
    /// Columns of one timeline.
    package static let timelineColumns = 4096
    /// A target's page, unpacked; more would be a target that never ends.
    package static let scrapePageBytes = 1 << 30
    /// Points per series in the answer of a range query.
    package static let rangePoints = 11_000
}
