import Model

/// Reads the units of a range input and computes a window function for each series. Every thread has one of its own.
struct WindowOperator {
    private static let samplesAtOnce = 1 << 22
    private static let counterSuffixes = ["_total", "_sum", "_count", "_bucket"]

    private let task: WindowTask
    private let plan: WindowPlan
    private let grid: Grid
    private let selection: any Selection
    /// Where names go at the end: the subquery whose series may lose theirs already.
    private let subquery: ColumnsSelection?
    private var kernel: WindowKernel
    private var shared = StepWindows()
    private var own = StepWindows()
    /// Else it reads a subquery's result.
    private let readsStorage: Bool
    private var invalidQuantiles: [Int] = []
    /// All series have one name, and it was looked at in this unit.
    private var isNameJudged = false
    /// Windows with so many samples are within the budget.
    private var checkedSamples = 0
    private let slice = Slice()
    private let row: StepBuffer
    private var notes: UnitNotes

    init(_ task: WindowTask) {
        self.task = task
        plan = task.plan
        grid = task.grid
        selection = task.selection
        readsStorage = plan.input.children.isEmpty
        subquery = task.delaysNameRemoval ? selection as? ColumnsSelection : nil
        row = StepBuffer(grid.count)
        notes = UnitNotes(task.tally)
        kernel = WindowKernel(
            function: plan.function, input: plan.input, grid: grid, parameters: task.parameters)
        if plan.function == .quantile {
            let quantiles = task.parameters[0]
            invalidQuantiles = quantiles.indices.filter { !(quantiles[$0] >= 0 && quantiles[$0] <= 1) }
        }
    }

    /// What came up since the last call.
    mutating func takeNotes() -> UnitNotes {
        defer { notes = UnitNotes(task.tally) }
        return notes
    }

    /// Adds each series of a unit that has a number at any step.
    mutating func compute(unit: Int, into partial: inout some UnitPartial) throws(QueryError) {
        try task.limits.checkpoint()
        isNameJudged = false
        do {
            try selection.read(unit: unit, into: slice)
        } catch {
            throw QueryError(error)
        }
        try process(&partial)
    }

    private mutating func process(_ partial: inout some UnitPartial) throws(QueryError) {
        try slice.times.withUnsafeBufferPointer { times throws(QueryError) in
            try slice.values.withUnsafeBufferPointer { values throws(QueryError) in
                guard let times = times.baseAddress, let values = values.baseAddress else { return }
                let sharedTimes = UnsafeBufferPointer(start: times, count: slice.sharedRows)
                shared.find(
                    sharedTimes, plan.input, grid,
                    measures: plan.function.measuresExtent && plan.input.surroundings == nil)
                try checkSamples(shared.largest)
                for column in slice.columns where column.count > 0 {
                    if column.isShared {
                        try compute(column, shared, times, values)
                    } else {
                        let ownTimes = UnsafeBufferPointer(start: times + column.firstTime, count: column.count)
                        own.find(ownTimes, plan.input, grid, measures: false)
                        try checkSamples(own.largest)
                        try compute(column, own, times, values)
                    }
                    if readsStorage { notes.samplesRead += column.count }
                    guard row.hasValues else { continue }
                    let result = SeriesRow(
                        selection, series: column.series, values: row.values, losesName: losesName(column.series))
                    annotate(result)
                    partial.add(result)
                }
            }
        }
    }

    private func losesName(_ series: Int) -> Bool {
        task.delaysNameRemoval && (plan.dropsName || subquery?.losesName(series) ?? false)
    }

    private mutating func checkSamples(_ largest: Int) throws(QueryError) {
        if largest <= checkedSamples { return }
        checkedSamples = largest
        try task.limits.budget.check(samples: largest, bytes: 0, purpose: task.selectionText)
    }

    private mutating func compute(
        _ column: Slice.Column, _ windows: borrowing StepWindows, _ times: UnsafePointer<Int64>,
        _ values: UnsafePointer<Double>
    ) throws(QueryError) {
        // So many steps at once that deadline and cancellation are looked at in time.
        let stride =
            plan.function.isLinear || plan.input.surroundings != nil
            ? max(1, Self.samplesAtOnce / max(windows.largest, 1)) : grid.count
        try windows.lows.withUnsafeBufferPointer { lows throws(QueryError) in
            try windows.highs.withUnsafeBufferPointer { highs throws(QueryError) in
                try windows.extents.withUnsafeBufferPointer { extents throws(QueryError) in
                    guard let lows = lows.baseAddress, let highs = highs.baseAddress else { return }
                    var input = WindowColumn(
                        times: times + column.firstTime, values: values + column.firstValue, count: column.count,
                        lows: lows, highs: highs, base: column.isShared ? column.firstTime : 0, steps: 0..<0,
                        extents: column.isShared ? extents.baseAddress : nil, largestWindow: windows.largest)
                    while input.steps.upperBound < grid.count {
                        if input.steps.upperBound > 0 { try task.limits.checkpoint() }
                        let start = input.steps.upperBound
                        input.steps = start..<min(start + stride, grid.count)
                        kernel.evaluate(input, into: row.values)
                        if let failure = kernel.failure { throw failure }
                    }
                    count(windows, input, row)
                }
            }
        }
    }

    private mutating func count(_ windows: borrowing StepWindows, _ column: WindowColumn, _ row: StepBuffer) {
        if plan.function.needsStaleMarkers {
            notes.tally.add(row.values, steps: grid.count)
        } else {
            notes.tally.add(windows, column, steps: grid.count)
        }
    }

    private mutating func annotate(_ row: SeriesRow) {
        if plan.function.expectsCounter, !isNameJudged {
            isNameJudged = plan.hasOneName
            annotateName(plan.exactName ?? row.labels.metricName)
        }
        for step in invalidQuantiles where !row.values[step].isAbsent {
            notes.annotations.add(
                .invalidQuantile(kernel.parameters[0][step], at: plan.argumentPosition))
        }
    }

    private mutating func annotateName(_ name: String) {
        let isCounter = Self.counterSuffixes.contains { name.hasSuffix($0) }
        if !name.isEmpty, !isCounter {
            notes.annotations.add(.possibleNonCounter(name, at: plan.argumentPosition))
        }
    }
}

extension QueryError {
    init(_ error: SelectError) {
        switch error {
        case .storage(let text): self = .execution(text)
        case .notReady: self = .unavailable(error.description)
        }
    }
}
