import Model

/// Another selection's series with other labels.
final class RelabeledSelection: Selection {
    enum Labeling: Sendable {
        /// A part of those they have.
        case part(LabelProjection)
        /// One set per series; the room in the query's budget is kept.
        case own([Labels], Reservation)
    }

    private let base: any Selection
    private let labeling: Labeling

    init(_ base: any Selection, _ labeling: Labeling) {
        self.base = base
        self.labeling = labeling
    }

    var seriesCount: Int { base.seriesCount }
    var unitCount: Int { base.unitCount }
    func estimatedSamples(inUnit unit: Int) -> Int { base.estimatedSamples(inUnit: unit) }
    func read(unit: Int, into slice: Slice) throws(SelectError) { try base.read(unit: unit, into: slice) }

    func labels(of series: Int) -> Labels {
        switch labeling {
        case .own(let labels, _): return labels[series]
        case .part(let projection):
            var buffer: [UInt8] = []
            return projection.labels(base.labels(of: series), &buffer)
        }
    }

    func keys(of names: [String], keeps: Bool) -> (any LabelKeys)? {
        guard case .part(let projection) = labeling else { return nil }
        return projection.keys(of: names, keeps: keeps, in: base)
    }
}
