import Model

/// The computed series of a unit, for operators that look at them one by one.
struct RowBlock: UnitPartial {
    /// What is to be known of each series' labels.
    enum Wanted {
        case nothing
        case whole
        case nameless
    }

    static let joinsUnits = false

    private let steps: Int
    private let wanted: Wanted
    private(set) var series: [Int] = []
    /// Empty when nothing is wanted of them.
    private(set) var labels: [Labels] = []
    private(set) var values: [Double] = []
    private(set) var nameLosers: [Bool] = []
    private var isFull: [Bool] = []
    private var key: [UInt8] = []

    init(steps: Int, _ wanted: Wanted) {
        self.steps = steps
        self.wanted = wanted
    }

    private var labelBytes = 0

    /// A list that grows is there twice while it moves.
    var bytes: Int { values.count * 2 * 8 + series.count * 16 + labelBytes }

    mutating func reserve(_ count: Int) {
        series.reserveCapacity(count)
        values.reserveCapacity(count * steps)
    }

    mutating func add(_ row: SeriesRow) {
        series.append(row.series)
        nameLosers.append(row.losesName)
        isFull.append(row.isFull)
        values.append(contentsOf: UnsafeBufferPointer(start: row.values, count: steps))
        switch wanted {
        case .nothing: break
        case .whole: labels.append(row.labels)
        case .nameless: labels.append(LabelProjection.nameless.labels(row.labels, &key))
        }
        labelBytes += labels.last?.heldBytes ?? 0
    }

    /// Calls `body` with each series.
    mutating func forEachRow(
        _ selection: any Selection, _ body: (SeriesRow) throws(QueryError) -> Void
    ) throws(QueryError) {
        try values.withUnsafeMutableBufferPointer { values throws(QueryError) in
            guard let base = values.baseAddress else { return }
            for (place, number) in series.enumerated() {
                let row = SeriesRow(
                    selection, series: number, values: base + place * steps, isFull: isFull[place],
                    losesName: nameLosers[place], labels: labels.isEmpty ? nil : labels[place])
                try body(row)
            }
        }
    }
}
