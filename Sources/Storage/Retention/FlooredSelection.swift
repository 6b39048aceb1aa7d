import Model

/// A selection without the samples that the retention rules no longer keep.
final class FlooredSelection: Selection {
    private let base: any Selection
    private let floors: RetentionFloors

    init(_ base: any Selection, _ floors: RetentionFloors) {
        self.base = base
        self.floors = floors
    }

    var seriesCount: Int { base.seriesCount }
    var unitCount: Int { base.unitCount }

    func labels(of series: Int) -> Labels { base.labels(of: series) }

    func estimatedSamples(inUnit unit: Int) -> Int { base.estimatedSamples(inUnit: unit) }

    func keys(of names: [String], keeps: Bool) -> (any LabelKeys)? { base.keys(of: names, keeps: keeps) }

    func read(unit: Int, into slice: Slice) throws(SelectError) {
        try base.read(unit: unit, into: slice)
        for index in slice.columns.indices {
            let column = slice.columns[index]
            let floor = floors.floor(of: base.labels(of: column.series))
            let skipped = lowerBound(column.count) { slice.times[column.firstTime + $0] < floor }
            slice.columns[index].firstTime += skipped
            slice.columns[index].firstValue += skipped
            slice.columns[index].count -= skipped
        }
        slice.columns.removeAll { $0.count == 0 }
    }
}
