import Model

/// Reads the units of a range input and computes a window function for each series. Every thread has one of its own.
struct WindowOperator: UnitOperator {
    private static let samplesAtOnce = 1 << 20
    private static let seriesBetweenChecks = 32
    private static let counterSuffixes = ["_total", "_sum", "_count", "_bucket"]

    private let task: WindowTask
    private let plan: WindowPlan
    private let grid: Grid
    private let selection: any Selection
    /// Where names go at the end: the subquery whose series may lose theirs already.
    private let subquery: ColumnsSelection?
    private var kernel: WindowKernel
    private let shared: StepWindows
    private let own: StepWindows
    /// How many samples each window must hold for the kernel's shortcut, if it has one.
    private let smallestWhole: Int?
    /// Else it reads a subquery's result.
    private let readsStorage: Bool
    private var invalidQuantiles: [Int] = []
    /// All series have one name, and it was looked at in this unit.
    private var isNameJudged = false
    /// Those that were looked at since notes were taken.
    private var judgedNames: Set<String> = []
    /// Windows with so many samples are within the budget.
    private var checkedSamples = 0
    private let slice = Slice()
    private let row: StepBuffer
    private var notes: UnitNotes
    private var pace: Pace
    /// For the partial result at work; as much as the largest so far took.
    private var room: GrowingRoom
    /// For the kernel's copies; as much as the largest column so far took.
    private var scratch: GrowingRoom

    init(_ task: WindowTask) throws(QueryError) {
        self.task = task
        room = try GrowingRoom(task.limits.budget, purpose: "a part of \(task.text)")
        scratch = try GrowingRoom(task.limits.budget, purpose: "the samples of a series of \(task.text)")
        pace = Pace(task.limits)
        plan = task.plan
        grid = task.grid
        selection = task.selection
        readsStorage = plan.input.children.isEmpty
        subquery = task.delaysNameRemoval ? selection as? ColumnsSelection : nil
        row = StepBuffer(grid.count)
        notes = UnitNotes(task.tally)
        kernel = WindowKernel(
            function: plan.function, input: plan.input, grid: grid, parameters: task.parameters,
            task.limits)
        let isMeasured = plan.function.measuresExtent && plan.input.surroundings == nil
        shared = StepWindows(
            steps: grid.count, seconds: isMeasured ? WindowKernel.divisor(plan.function, plan.input) : nil)
        own = StepWindows(steps: grid.count, seconds: nil)
        smallestWhole = plan.input.surroundings == nil ? kernel.smallestWholeWindow : nil
        if plan.function == .quantile {
            let quantiles = task.parameters[0]
            invalidQuantiles = quantiles.indices.filter { !(quantiles[$0] >= 0 && quantiles[$0] <= 1) }
        }
    }

    mutating func takeNotes() -> UnitNotes {
        defer {
            notes = UnitNotes(task.tally)
            judgedNames.removeAll(keepingCapacity: true)
        }
        return notes
    }

    mutating func compute(unit: Int, into partial: inout some UnitPartial) throws(QueryError) {
        try task.limits.checkpoint()
        isNameJudged = false
        do {
            try selection.read(unit: unit, into: slice)
        } catch {
            // Says why reading was ended.
            try task.limits.checkpoint()
            throw QueryError(error)
        }
        try process(&partial)
    }

    private mutating func process(_ partial: inout some UnitPartial) throws(QueryError) {
        let values = slice.values.pointer
        try slice.times.withUnsafeBufferPointer { times throws(QueryError) in
            guard let times = times.baseAddress else { return }
            let sharedTimes = UnsafeBufferPointer(start: times, count: slice.sharedRows)
            shared.find(sharedTimes, plan.input, grid)
            try checkSamples(shared.largest)
            partial.reserve(slice.columns.count)
            let hasShortcut = smallestWhole.map { shared.smallest >= $0 } ?? false
            let steps = grid.count
            for (place, column) in slice.columns.enumerated() where column.count > 0 {
                var present: Int
                if hasShortcut, column.isShared, column.count == shared.rows,
                    kernel.evaluateWhole(values + column.firstValue, shared, into: row.values)
                {
                    try pace.did(steps)
                    present = steps
                    count(shared, nil, present)
                } else {
                    present = try compute(column, times, values)
                }
                if readsStorage { notes.samplesRead += column.count }
                if present == 0 { continue }
                annotate(column.series)
                if !task.transforms.isEmpty {
                    for transform in task.transforms {
                        transform.apply(to: row.values, series: column.series, steps: steps)
                    }
                    try pace.did(task.transforms.count * steps)
                    present = row.present
                    if present == 0 { continue }
                }
                partial.add(
                    SeriesRow(
                        task.rows, series: column.series, values: row.values, isFull: present == steps,
                        losesName: losesName(column.series)))
                if place % Self.seriesBetweenChecks == 0 { try room.set(bytes: partial.bytes) }
            }
            try room.set(bytes: partial.bytes)
        }
    }

    private func losesName(_ series: Int) -> Bool {
        task.delaysNameRemoval && (plan.dropsName || subquery?.losesName(series) ?? false)
    }

    private mutating func checkSamples(_ largest: Int) throws(QueryError) {
        if largest <= checkedSamples { return }
        checkedSamples = largest
        try task.limits.budget.check(samples: largest, bytes: 0, purpose: task.text)
    }

    /// Returns the number of steps with a number.
    private mutating func compute(
        _ column: Slice.Column, _ times: UnsafePointer<Int64>, _ values: UnsafePointer<Double>
    ) throws(QueryError) -> Int {
        if column.isShared { return try compute(column, shared, times, values) }
        own.find(UnsafeBufferPointer(start: times + column.firstTime, count: column.count), plan.input, grid)
        try checkSamples(own.largest)
        return try compute(column, own, times, values)
    }

    private mutating func compute(
        _ column: Slice.Column, _ windows: StepWindows, _ times: UnsafePointer<Int64>,
        _ values: UnsafePointer<Double>
    ) throws(QueryError) -> Int {
        try scratch.set(bytes: max(scratch.bytes, column.count * kernel.scratchBytes))
        var input = WindowColumn(
            times: times + column.firstTime, values: values + column.firstValue, count: column.count,
            lows: windows.lows, highs: windows.highs, base: column.isShared ? column.firstTime : 0, steps: 0..<0,
            extents: windows.measures.map { UnsafePointer($0.extents) }, largestWindow: windows.largest)
        // So many steps at once that deadline and cancellation are looked at in time.
        let isLinear = !kernel.begin(input)
        let stride = isLinear ? max(1, Self.samplesAtOnce / max(windows.largest, 1)) : grid.count
        while input.steps.upperBound < grid.count {
            let start = input.steps.upperBound
            input.steps = start..<min(start + stride, grid.count)
            kernel.evaluate(input, into: row.values)
            try pace.did(isLinear ? input.steps.count * max(windows.largest, 1) : input.steps.count + column.count)
            if let failure = kernel.failure { throw failure }
        }
        let present = row.present
        count(windows, input, present)
        return present
    }

    /// `column` is nil for a series that has a sample in every row.
    private mutating func count(_ windows: StepWindows, _ column: WindowColumn?, _ present: Int) {
        if plan.function.needsStaleMarkers {
            notes.tally.add(row.values, present: present, steps: grid.count)
        } else {
            notes.tally.add(windows, column, steps: grid.count)
        }
    }

    private mutating func annotate(_ series: Int) {
        if plan.function.expectsCounter, !isNameJudged {
            isNameJudged = plan.hasOneName
            annotateName(plan.exactName ?? selection.labels(of: series).metricName)
        }
        for step in invalidQuantiles where !row.values[step].isAbsent {
            notes.annotations.add(
                .invalidQuantile(kernel.parameters[0][step], at: plan.argumentPosition))
        }
    }

    private mutating func annotateName(_ name: String) {
        if !judgedNames.insert(name).inserted { return }
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
        case .noRoom, .ended: self = .execution(error.description)
        case .tooManySeries: self = .tooMuchWork
        case .notReady: self = .unavailable(error.description)
        }
    }
}
