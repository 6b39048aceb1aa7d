import Model

/// The series a selector found in the head and in blocks.
final class MergedSelection: Selection {
    private let head: HeadSelection
    private let plan: MergedPlan

    init(_ head: HeadSelection, _ plan: MergedPlan) {
        self.head = head
        self.plan = plan
    }

    var seriesCount: Int { plan.pieces.count }
    var unitCount: Int { plan.units.count }

    func labels(of series: Int) -> Labels {
        series < head.seriesCount ? head.labels(of: series) : plan.labels[series - head.seriesCount]
    }

    func keys(of names: [String], keeps: Bool) -> (any LabelKeys)? { head.keys(of: names, keeps: keeps) }

    func estimatedSamples(inUnit unit: Int) -> Int {
        let unit = plan.units[unit]
        return unit.cells + (unit.head.map { head.estimatedSamples(inUnit: $0) } ?? 0)
    }

    func read(unit: Int, into slice: Slice) throws(SelectError) {
        let unit = plan.units[unit]
        guard let number = unit.head else { return try read(unit, Slice(), into: slice) }
        if unit.cells == 0 { return try head.read(unit: number, into: slice) }
        let recent = Slice()
        try head.read(unit: number, into: recent)
        try read(unit, recent, into: slice)
    }

    private func read(_ unit: MergedPlan.Unit, _ recent: Slice, into slice: Slice) throws(SelectError) {
        slice.removeAll()
        do throws(BlockError) {
            var reader = MergedUnit(plan: plan, recent: recent, slice: slice)
            try reader.read(unit)
        } catch {
            throw SelectError(error)
        }
    }
}
