import Model

/// Reads a range input unit by unit and computes a window function for each series.
struct WindowOperator {
    /// A sample's time and value, in as many slices as are held at once.
    static let unitBytes = 3 * 16
    /// Windows' bounds and extents for two kinds of time columns, and the row.
    static let stepBytes = 2 * (8 + MemoryLayout<WindowExtent>.stride) + 8
    private static let samplesAtOnce = 1 << 22
    private static let counterSuffixes = ["_total", "_sum", "_count", "_bucket"]

    private let plan: WindowPlan
    private let grid: Grid
    private let context: QueryContext
    private let selection: any Selection
    /// Where names go at the end: the subquery whose series may lose theirs already.
    private let subquery: ColumnsSelection?
    private var kernel: WindowKernel
    private var shared = StepWindows()
    private var own = StepWindows()
    /// Else it reads a subquery's result.
    private let readsStorage: Bool
    private var invalidQuantiles: [Int] = []
    /// All series have one name, and it was looked at.
    private var isNameJudged = false

    /// `parameters`: the plan's scalars, evaluated.
    init(
        _ plan: WindowPlan, grid: Grid, selection: any Selection, parameters: [[Double]], context: QueryContext
    ) {
        self.plan = plan
        self.grid = grid
        self.context = context
        self.selection = selection
        readsStorage = plan.input.children.isEmpty
        subquery = context.delaysNameRemoval ? selection as? ColumnsSelection : nil
        kernel = WindowKernel(function: plan.function, input: plan.input, grid: grid, parameters: parameters)
        if plan.function == .quantile {
            invalidQuantiles = parameters[0].indices.filter { !(parameters[0][$0] >= 0 && parameters[0][$0] <= 1) }
        }
    }

    /// Calls `body` for each series that has a number at any step.
    mutating func run(_ body: (SeriesRow) throws(QueryError) -> Void) throws(QueryError) {
        guard grid.count > 0 else { return }
        var largestUnit = 0
        for unit in 0..<selection.unitCount {
            largestUnit = max(largestUnit, selection.estimatedSamples(inUnit: unit))
        }
        let room = try context.budget.reserve(
            samples: 0, bytes: largestUnit * Self.unitBytes + grid.count * Self.stepBytes,
            purpose: "\(selectionText()) and \(largestUnit) samples at once")
        defer { withExtendedLifetime(room) {} }
        context.profile?.add(bytes: largestUnit * Self.unitBytes + grid.count * Self.stepBytes)
        let row = StepBuffer(grid.count)
        let reader = UnitReader(selection)
        while let slice = try reader.next() {
            try context.checkpoint()
            try process(slice, row, body)
        }
    }

    private mutating func process(
        _ slice: Slice, _ row: StepBuffer, _ body: (SeriesRow) throws(QueryError) -> Void
    ) throws(QueryError) {
        try slice.times.withUnsafeBufferPointer { times throws(QueryError) in
            try slice.values.withUnsafeBufferPointer { values throws(QueryError) in
                guard let times = times.baseAddress, let values = values.baseAddress else { return }
                let sharedTimes = UnsafeBufferPointer(start: times, count: slice.sharedRows)
                shared.find(
                    sharedTimes, plan.input, grid,
                    measures: plan.function.measuresExtent && plan.input.surroundings == nil)
                try checkSamples(shared)
                for column in slice.columns where column.count > 0 {
                    if column.isShared {
                        try compute(column, shared, times, values, row)
                    } else {
                        let ownTimes = UnsafeBufferPointer(start: times + column.firstTime, count: column.count)
                        own.find(ownTimes, plan.input, grid, measures: false)
                        try checkSamples(own)
                        try compute(column, own, times, values, row)
                    }
                    if readsStorage { context.statistics.samplesRead += column.count }
                    guard row.hasValues else { continue }
                    let result = SeriesRow(
                        selection, series: column.series, values: row.values, losesName: losesName(column.series))
                    annotate(result)
                    try body(result)
                }
            }
        }
    }

    private func losesName(_ series: Int) -> Bool {
        context.delaysNameRemoval && (plan.dropsName || subquery?.losesName(series) ?? false)
    }

    private func checkSamples(_ windows: StepWindows) throws(QueryError) {
        try context.budget.check(samples: windows.largest, bytes: 0, purpose: selectionText())
    }

    private mutating func compute(
        _ column: Slice.Column, _ windows: borrowing StepWindows, _ times: UnsafePointer<Int64>,
        _ values: UnsafePointer<Double>, _ row: StepBuffer
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
                        if input.steps.upperBound > 0 { try context.checkpoint() }
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

    private func count(_ windows: borrowing StepWindows, _ column: WindowColumn, _ row: StepBuffer) {
        if plan.function.needsStaleMarkers {
            context.tally.add(row.values, steps: grid.count)
        } else {
            context.tally.add(windows, column, steps: grid.count)
        }
    }

    private mutating func annotate(_ row: SeriesRow) {
        if plan.function.expectsCounter, !isNameJudged {
            isNameJudged = plan.hasOneName
            annotateName(plan.exactName ?? row.labels.metricName)
        }
        for step in invalidQuantiles where !row.values[step].isAbsent {
            context.annotations.add(
                .invalidQuantile(kernel.parameters[0][step], at: plan.argumentPosition))
        }
    }

    private func annotateName(_ name: String) {
        let isCounter = Self.counterSuffixes.contains { name.hasSuffix($0) }
        if !name.isEmpty, !isCounter {
            context.annotations.add(.possibleNonCounter(name, at: plan.argumentPosition))
        }
    }

    private func selectionText() -> String {
        "\(plan.input.text) with \(selection.seriesCount) series"
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
