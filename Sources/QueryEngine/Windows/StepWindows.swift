/// Which rows of a time column fall into each step's window, and what the extrapolation of rates needs to know about
/// them. Found once per time column, used for all series on it.
struct StepWindows {
    /// First row in the window.
    private(set) var lows: [Int32] = []
    /// One behind the last row in the window.
    private(set) var highs: [Int32] = []
    /// Rows in the largest window.
    private(set) var largest = 0
    /// Per step, for whole windows; empty unless asked for.
    private(set) var extents: [WindowExtent] = []

    /// One pass over rows and steps: the windows only move forward. `measures`: the extents are wanted.
    mutating func find(_ times: UnsafeBufferPointer<Int64>, _ input: RangeInput, _ grid: Grid, measures: Bool) {
        if lows.count != grid.count {
            lows = [Int32](repeating: 0, count: grid.count)
            highs = lows
            if measures { extents = [WindowExtent](repeating: WindowExtent(), count: grid.count) }
        }
        let (before, after) = (input.before, input.after)
        var low = 0
        var high = 0
        largest = 0
        for step in 0..<grid.count {
            let end = input.windowEnd(grid, step)
            let start = end &- input.range
            while high < times.count, times[high] <= end &+ after { high += 1 }
            while low < high, times[low] <= start &- before { low += 1 }
            lows[step] = Int32(low)
            highs[step] = Int32(high)
            largest = max(largest, high - low)
            if measures, high - low >= 2 {
                extents[step] = WindowExtent(
                    first: times[low], last: times[high - 1], gaps: high - low - 1, start: start, end: end)
            }
        }
    }
}

/// How far the samples of a window reach, in seconds, and how far they are thought to go on: to a bound of the window
/// that is nearer than 1.1 average gaps, else half a gap.
struct WindowExtent {
    private(set) var sampled = 0.0
    private(set) var toStart = 0.0
    private(set) var toEnd = 0.0
    /// By how much the difference over the samples grows.
    private(set) var factor = 0.0

    init() {}

    @inline(__always) init(first: Int64, last: Int64, gaps: Int, start: Int64, end: Int64) {
        sampled = Double(last &- first) / 1000
        toStart = Double(first &- start) / 1000
        toEnd = Double(end &- last) / 1000
        let gap = sampled / Double(gaps)
        let threshold = gap * 1.1
        if toStart >= threshold { toStart = gap / 2 }
        if toEnd >= threshold { toEnd = gap / 2 }
        factor = (sampled + toStart + toEnd) / sampled
    }

    /// The factor for a counter, which is not thought to go back below its zero.
    @inline(__always) func factor(firstValue: Double, difference: Double) -> Double {
        guard difference > 0, firstValue >= 0 else { return factor }
        // The zero is surely far enough away: the usual case, without a division.
        if firstValue * sampled > difference * toStart * 1.000001 { return factor }
        let toZero = sampled * (firstValue / difference)
        return toZero < toStart ? (sampled + toZero + toEnd) / sampled : factor
    }
}

/// One series' samples and the rows that each step's window takes of them.
struct WindowColumn {
    let times: UnsafePointer<Int64>
    let values: UnsafePointer<Double>
    let count: Int
    /// Windows in rows of the time column; the series starts at its row `base`.
    let lows: UnsafePointer<Int32>
    let highs: UnsafePointer<Int32>
    let base: Int
    /// The steps to compute.
    var steps: Range<Int>
    /// What the time column's whole windows extend to, for the functions that measure it.
    let extents: UnsafePointer<WindowExtent>?
    let largestWindow: Int

    /// The window's samples; empty when `low` is not below `high`.
    @inline(__always) func window(_ step: Int) -> (low: Int, high: Int) {
        (max(Int(lows[step]) &- base, 0), min(Int(highs[step]) &- base, count))
    }

    /// The series has all samples of the time column's window.
    @inline(__always) func isWhole(_ step: Int) -> Bool {
        Int(lows[step]) >= base && Int(highs[step]) &- base <= count
    }
}
