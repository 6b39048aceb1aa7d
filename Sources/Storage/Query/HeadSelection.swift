import Model

/// The series a selector found in the head, cut into units of bounded size.
final class HeadSelection: Selection {
    private enum Unit: Sendable {
        /// Some series of a timeline: `shared[plan].series[range]`.
        case shared(plan: Int, range: Range<Int>)
        /// `scattered[range]`
        case scattered(Range<Int>)
    }

    /// Cells that a unit may decode.
    private static let cellsPerUnit = 1 << 16
    private static let seriesPerUnit = 512

    private let plan: HeadPlan
    let names: SeriesIndexSnapshot
    private let units: [Unit]
    /// Keeps groups in memory that the plan names.
    private let snapshot: HeadSnapshot
    /// Keeps the room that the plan takes.
    private let room: (@Sendable (Int) -> Bool)?

    /// - Parameter otherRows: rows that blocks may add to each series.
    init(
        _ plan: HeadPlan, _ names: SeriesIndexSnapshot, _ snapshot: HeadSnapshot, otherRows: Int,
        room: (@Sendable (Int) -> Bool)?
    ) {
        self.room = room
        self.plan = plan
        self.names = names
        self.snapshot = snapshot
        var units: [Unit] = []
        for (index, shared) in plan.shared.enumerated() {
            let size = max(1, min(Self.seriesPerUnit, Self.cellsPerUnit / max(shared.rows + otherRows, 1)))
            for start in stride(from: 0, to: shared.series.count, by: size) {
                units.append(.shared(plan: index, range: start..<min(start + size, shared.series.count)))
            }
        }
        var start = 0
        var cells = 0
        for index in plan.scattered.indices {
            cells += Self.samples(plan, index) + otherRows
            if cells >= Self.cellsPerUnit || index == plan.scattered.count - 1 {
                units.append(.scattered(start..<index + 1))
                start = index + 1
                cells = 0
            }
        }
        self.units = units
    }

    var seriesCount: Int { plan.references.count }
    /// Of its series, in their order.
    var references: [UInt32] { plan.references }
    var unitCount: Int { units.count }

    func labels(of series: Int) -> Labels { names.index.labels(of: SeriesReference(plan.references[series])) }

    func keys(of names: [String], keeps: Bool) -> (any LabelKeys)? {
        HeadLabelKeys(self.names.index, plan.references, names: names, keeps: keeps)
    }

    func estimatedSamples(inUnit unit: Int) -> Int {
        switch units[unit] {
        case .shared(let index, let range): return plan.shared[index].rows * range.count
        case .scattered(let range): return range.reduce(0) { $0 + Self.samples(plan, $1) }
        }
    }

    /// The series of a unit.
    func series(inUnit unit: Int) -> [Int] {
        switch units[unit] {
        case .shared(let index, let range): return Array(plan.shared[index].series[range])
        case .scattered(let range): return plan.scattered[range].map(\.series)
        }
    }

    /// The key of the timeline that all series of a unit share.
    func key(ofUnit unit: Int) -> UInt64? {
        guard case .shared(let index, _) = units[unit] else { return nil }
        return plan.shared[index].key
    }

    func read(unit: Int, into slice: Slice) throws(SelectError) {
        slice.removeAll()
        switch units[unit] {
        case .shared(let index, let range):
            let shared = plan.shared[index]
            try SharedUnit(plan: plan, sources: shared.sources, series: shared.series[range]).read(into: slice)
        case .scattered(let range):
            for index in range { try ScatteredSeries(plan: plan, plan.scattered[index]).read(into: slice) }
        }
    }

    private static func samples(_ plan: HeadPlan, _ index: Int) -> Int {
        let series = plan.scattered[index]
        return series.late.count + series.lateGroups.reduce(0) { $0 + $1.rows }
            + series.pieces.reduce(0) { $0 + plan.shared[$1].rows }
    }
}
