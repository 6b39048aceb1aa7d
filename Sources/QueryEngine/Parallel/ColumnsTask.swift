import Model

/// Hands over series that are held, each after what is to be done to its numbers.
struct ColumnsTask: UnitTask {
    let columns: SeriesColumns
    let source: ColumnsSelection
    /// The same series with the labels that come out.
    let rows: any Selection
    let transforms: [any RowTransform]
    let limits: QueryLimits
    let tally: SampleTally
    let text: String

    var selection: any Selection { source }
    var size: Int { columns.values.count }
    var samplesAtOnce: Int { 0 }
    var threadBytes: Int { columns.steps * 8 }

    func makeOperator() throws(QueryError) -> ColumnsOperator { try ColumnsOperator(self) }
}

struct ColumnsOperator: UnitOperator {
    private let task: ColumnsTask
    private let row: StepBuffer
    private var pace: Pace
    /// For the partial result at work; as much as the largest so far took.
    private var room: GrowingRoom

    init(_ task: ColumnsTask) throws(QueryError) {
        self.task = task
        row = StepBuffer(task.columns.steps)
        pace = Pace(task.limits)
        room = try GrowingRoom(task.limits.budget, purpose: "a part of \(task.text)")
    }

    mutating func takeNotes() -> UnitNotes { UnitNotes(task.tally) }

    mutating func compute(unit: Int, into partial: inout some UnitPartial) throws(QueryError) {
        try task.limits.checkpoint()
        let steps = task.columns.steps
        let members = task.source.members(unit)
        partial.reserve(members.count)
        try task.columns.values.withUnsafeBufferPointer { values throws(QueryError) in
            guard let values = values.baseAddress else { return }
            for series in members {
                try pace.did((1 + task.transforms.count) * steps)
                row.values.update(from: values + series * steps, count: steps)
                for transform in task.transforms { transform.apply(to: row.values, series: series, steps: steps) }
                let present = row.present
                if present == 0 { continue }
                partial.add(
                    SeriesRow(
                        task.rows, series: series, values: row.values, isFull: present == steps,
                        losesName: task.columns.losesName(series)))
            }
        }
        try room.set(bytes: partial.bytes)
    }
}
