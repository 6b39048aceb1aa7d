/// What the series of one unit give, computed by any thread. The query's own thread puts the units together in their
/// order, so a result does not depend on how many threads there are.
protocol UnitPartial: Sendable {
    /// Bytes held.
    var bytes: Int { get }

    /// At most so many series will come.
    mutating func reserve(_ series: Int)

    mutating func add(_ row: SeriesRow)
}

/// What computing a unit brought up besides its numbers.
struct UnitNotes: Sendable {
    var annotations = Annotations()
    var samplesRead = 0
    var tally: SampleTally

    init(_ tally: SampleTally) { self.tally = tally }
}
