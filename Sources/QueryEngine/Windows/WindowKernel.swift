import Model

/// Computes a window function for one series after the other. Holds the scratch memory of all kernels.
struct WindowKernel {
    /// Some tenths of a millisecond for the slowest function.
    static let rowsAtOnce = 1 << 16

    let function: WindowFunction
    let input: RangeInput
    let grid: Grid
    /// Scalar arguments, one number per step each.
    let parameters: [[Double]]
    var rows: [Int32] = []
    var numbers: [Double] = []
    /// `numbers` are the column's sums from the start, and exact.
    var hasPrefixSums = false
    /// Set when a parameter makes no sense.
    var failure: QueryError?
    let limits: QueryLimits

    init(
        function: WindowFunction, input: RangeInput, grid: Grid, parameters: [[Double]], _ limits: QueryLimits
    ) {
        self.limits = limits
        self.function = function
        self.input = input
        self.grid = grid
        self.parameters = parameters
    }

    /// Bytes of scratch for each sample of the column or window at work.
    var scratchBytes: Int {
        switch function {
        case .sum, .avg, .quantile, .medianDeviation: return MemoryLayout<Double>.stride
        case .min, .max: return MemoryLayout<Int32>.stride + 1
        default: return 0
        }
    }

    /// Looks at a column before its first step. False: each step costs as much as its window holds.
    mutating func begin(_ column: WindowColumn) -> Bool {
        if input.surroundings != nil { return false }
        if function == .sum || function == .avg {
            hasPrefixSums = column.largestWindow > 4 && prefixSums(column)
            return hasPrefixSums
        }
        return !function.isLinear
    }

    /// Calls `body` with runs of rows from `low` to `high`, with a look at deadline and cancellation between them.
    /// When the query is over the rest is left out: whoever asked for the number throws it away.
    @inline(__always) func forEachRun(_ low: Int, _ high: Int, _ body: (Range<Int>) -> Void) {
        var start = low
        while high - start > Self.rowsAtOnce {
            body(start..<start + Self.rowsAtOnce)
            start += Self.rowsAtOnce
            if limits.isOver { return }
        }
        body(start..<high)
    }

    /// Copies the window to `numbers`.
    mutating func copy(_ column: WindowColumn, _ low: Int, _ high: Int) {
        numbers.removeAll(keepingCapacity: true)
        numbers.reserveCapacity(high - low)
        var copied = numbers
        numbers = []
        forEachRun(low, high) { run in
            copied.append(contentsOf: UnsafeBufferPointer(start: column.values + run.lowerBound, count: run.count))
        }
        numbers = copied
    }

    /// Writes one number per step, `absent` where the window does not hold enough samples.
    mutating func evaluate(_ column: WindowColumn, into out: UnsafeMutablePointer<Double>) {
        if let surroundings = input.surroundings { return evaluateExtended(column, surroundings.kind, out) }
        switch function {
        case .newest, .newestTime, .last, .first, .present, .count, .firstTime, .lastTime: pick(column, out)
        case .rate: extrapolate(column, isCounter: true, out)
        case .increase: extrapolate(column, isCounter: true, out)
        case .delta: extrapolate(column, isCounter: false, out)
        case .irate: lastDifference(column, isRate: true, out)
        case .idelta: lastDifference(column, isRate: false, out)
        case .resets: countSteps(column, out) { $0 < $1 }
        case .changes: countSteps(column, out) { $0 != $1 && !($0.isNaN && $1.isNaN) }
        case .sum, .avg: total(column, out)
        case .stddev, .stdvar: variance(column, out)
        case .min: extremum(column, out) { $0 < $1 }
        case .max: extremum(column, out) { $0 > $1 }
        case .minTime: extremumTime(column, out) { $0 <= $1 }
        case .maxTime: extremumTime(column, out) { $0 >= $1 }
        case .quantile: quantile(column, out)
        case .medianDeviation: medianDeviation(column, out)
        case .deriv, .predictLinear: regression(column, out)
        case .smoothing: smooth(column, out)
        }
    }
}
