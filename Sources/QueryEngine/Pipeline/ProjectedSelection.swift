import Model

/// Another selection's series with a part of their labels.
final class ProjectedSelection: Selection {
    private let base: any Selection
    private let projection: LabelProjection

    init(_ base: any Selection, _ projection: LabelProjection) {
        self.base = base
        self.projection = projection
    }

    var seriesCount: Int { base.seriesCount }
    var unitCount: Int { base.unitCount }
    func estimatedSamples(inUnit unit: Int) -> Int { base.estimatedSamples(inUnit: unit) }
    func read(unit: Int, into slice: Slice) throws(SelectError) { try base.read(unit: unit, into: slice) }

    func labels(of series: Int) -> Labels {
        var buffer: [UInt8] = []
        return projection.labels(base.labels(of: series), &buffer)
    }

    func keys(of names: [String], keeps: Bool) -> (any LabelKeys)? {
        projection.keys(of: names, keeps: keeps, in: base)
    }
}

/// Another selection's series with labels of their own.
final class RelabeledSelection: Selection {
    private let base: any Selection
    private let labels: [Labels]
    /// Keeps the room in the query's budget.
    private let room: Reservation

    init(_ base: any Selection, _ labels: [Labels], _ room: Reservation) {
        self.base = base
        self.labels = labels
        self.room = room
    }

    var seriesCount: Int { base.seriesCount }
    var unitCount: Int { base.unitCount }
    func estimatedSamples(inUnit unit: Int) -> Int { base.estimatedSamples(inUnit: unit) }
    func read(unit: Int, into slice: Slice) throws(SelectError) { try base.read(unit: unit, into: slice) }
    func labels(of series: Int) -> Labels { labels[series] }
}
