import Model

extension WindowKernel {
    /// rate, increase, delta: the difference over the window, extrapolated to its bounds as Prometheus does it.
    ///
    /// Resets are found in one pass over the series; a window then visits only its own, which keeps the order of the
    /// additions and costs nothing for a counter that does not fall.
    mutating func extrapolate(
        _ column: WindowColumn, isCounter: Bool, isRate: Bool, _ out: UnsafeMutablePointer<Double>
    ) {
        let values = column.values
        rows.removeAll(keepingCapacity: true)
        if isCounter {
            for row in 1..<max(column.count, 1) where values[row] < values[row - 1] { rows.append(Int32(row)) }
        }
        let seconds = Self.seconds(input.range)
        var nextReset = 0
        for step in 0..<column.steps {
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
            let end = input.windowEnd(grid, step)
            var factor = Self.extrapolationFactor(
                first: column.times[low], last: column.times[high - 1], start: end &- input.range, end: end,
                gaps: high - low - 1, firstValue: isCounter ? values[low] : -1, difference: difference)
            if isRate { factor /= seconds }
            out[step] = difference * factor
        }
    }

    /// By how much the difference grows when the samples are thought to go on to the window's bounds: to a
    /// bound that is nearer than 1.1 average gaps, else half a gap, and never below the zero of a counter
    /// (`firstValue` < 0: no counter).
    @inline(__always) private static func extrapolationFactor(
        first: Int64, last: Int64, start: Int64, end: Int64, gaps: Int, firstValue: Double, difference: Double
    ) -> Double {
        var toStart = Double(first &- start) / 1000
        var toEnd = Double(end &- last) / 1000
        let sampled = Double(last &- first) / 1000
        let gap = sampled / Double(gaps)
        let threshold = gap * 1.1
        if toStart >= threshold { toStart = gap / 2 }
        if difference > 0, firstValue >= 0 {
            let toZero = sampled * (firstValue / difference)
            if toZero < toStart { toStart = toZero }
        }
        if toEnd >= threshold { toEnd = gap / 2 }
        return (sampled + toStart + toEnd) / sampled
    }

    /// Milliseconds as seconds, rounded as Go's `Duration.Seconds` rounds.
    private static func seconds(_ milliseconds: Int64) -> Double {
        Double(milliseconds / 1000) + Double(milliseconds % 1000 * 1_000_000) / 1e9
    }

    /// irate, idelta: the difference of the window's last two samples.
    func lastDifference(_ column: WindowColumn, isRate: Bool, _ out: UnsafeMutablePointer<Double>) {
        for step in 0..<column.steps {
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
        for step in 0..<column.steps {
            let (low, high) = column.window(step)
            out[step] = low < high ? Double(rows[high - 1] - rows[low]) : .absent
        }
    }
}
