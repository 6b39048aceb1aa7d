import Model

/// What the series of one part give: of one unit or of some neighbouring ones, computed by any thread. The query's own
/// thread puts the parts together in their order, so a result does not depend on how many threads there are.
protocol UnitPartial: Sendable {
    /// It does not grow with the units that go into it, and putting two together costs as much as a unit.
    static var joinsUnits: Bool { get }

    /// Bytes held.
    var bytes: Int { get }

    /// At most so many series will come.
    mutating func reserve(_ series: Int)

    mutating func add(_ row: SeriesRow)
}

extension UnitPartial {
    /// Parts that a selection makes at most where units are joined.
    static var mostParts: Int { 16 }

    /// How many units of a selection make a part; the same whatever the number of threads.
    static func unitsPerPart(of selection: any Selection) -> Int {
        joinsUnits ? max(1, (selection.unitCount + mostParts - 1) / mostParts) : 1
    }
}

/// What computing a unit brought up besides its numbers.
struct UnitNotes: Sendable {
    var annotations = Annotations()
    var samplesRead = 0
    var tally: SampleTally

    init(_ tally: SampleTally) { self.tally = tally }
}
