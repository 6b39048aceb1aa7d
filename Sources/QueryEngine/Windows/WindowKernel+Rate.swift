import Model

extension WindowKernel {
    /// rate, increase, delta: the difference over the window, extrapolated to its bounds as Prometheus does it.
    ///
    /// Resets are found in one pass over the series; a window then visits only its own, which keeps the order of
    /// the additions and costs nothing for a counter that does not fall.
    mutating func extrapolate(
        _ column: WindowColumn, isCounter: Bool, _ out: UnsafeMutablePointer<Double>
    ) {
        let values = column.values
        if isCounter { findResets(column) } else { rows.removeAll(keepingCapacity: true) }
        let seconds = Self.divisor(function, input)
        var nextReset = 0
        for step in column.steps {
            let (low, high) = column.window(step)
            guard high - low >= 2 else {
                out[step] = .absent
                continue
            }
            var difference = values[high - 1] - values[low]
            while nextReset < rows.count, Int(rows[nextReset]) <= low { nextReset += 1 }
            var reset = nextReset
            while reset < rows.count, Int(rows[reset]) < high {
                difference += values[Int(rows[reset]) - 1]
                reset += 1
            }
            let extent: WindowExtent
            if let known = column.extents, column.isWhole(step) {
                extent = known[step]
            } else {
                let end = input.windowEnd(grid, step)
                extent = WindowExtent(
                    first: column.times[low], last: column.times[high - 1], gaps: high - low - 1,
                    start: end &- input.range, end: end)
            }
            let factor =
                isCounter ? extent.factor(firstValue: values[low], difference: difference) : extent.factor
            out[step] = difference * (factor / seconds)
        }
    }

    /// Puts the rows that are less than the one before them into `rows`.
    private mutating func findResets(_ column: WindowColumn) {
        let values = column.values
        rows.removeAll(keepingCapacity: true)
        // Most counters have no reset.
        if PairScan.allHold(values, 0, column.count, { .!($0 .> $1) }, one: { !($0 > $1) }) { return }
        for row in 1..<column.count where values[row] < values[row - 1] { rows.append(Int32(row)) }
    }

    /// What the function divides differences by.
    static func divisor(_ function: WindowFunction, _ input: RangeInput) -> Double {
        function == .rate ? seconds(input.range) : 1
    }

    /// Milliseconds as seconds, rounded as Go's `Duration.Seconds` rounds.
    static func seconds(_ milliseconds: Int64) -> Double {
        Double(milliseconds / 1000) + Double(milliseconds % 1000 * 1_000_000) / 1e9
    }

    /// irate, idelta: the difference of the window's last two samples.
    func lastDifference(_ column: WindowColumn, isRate: Bool, _ out: UnsafeMutablePointer<Double>) {
        for step in column.steps {
            let (low, high) = column.window(step)
            guard high - low >= 2 else {
                out[step] = .absent
                continue
            }
            let last = column.values[high - 1]
            let previous = column.values[high - 2]
            let difference = isRate && last < previous ? last : last - previous
            let seconds = Double(column.times[high - 1] - column.times[high - 2]) / 1000
            out[step] = isRate ? difference / seconds : difference
        }
    }

    /// resets, changes: how often two neighbours in the window are `counted`. Prefix sums make it O(1) per step.
    @inline(__always) mutating func countSteps(
        _ column: WindowColumn, _ out: UnsafeMutablePointer<Double>, _ counted: (Double, Double) -> Bool
    ) {
        rows.removeAll(keepingCapacity: true)
        var sum: Int32 = 0
        for row in 0..<column.count {
            if row > 0, counted(column.values[row], column.values[row - 1]) { sum += 1 }
            rows.append(sum)
        }
        for step in column.steps {
            let (low, high) = column.window(step)
            out[step] = low < high ? Double(rows[high - 1] - rows[low]) : .absent
        }
    }
}
