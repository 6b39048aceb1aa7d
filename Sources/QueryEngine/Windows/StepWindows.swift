/// Which rows of a time column fall into each step's window. Found once per time column, used for all series on it.
struct StepWindows {
    /// First row in the window.
    private(set) var lows: [Int32] = []
    /// One behind the last row in the window.
    private(set) var highs: [Int32] = []

    /// One pass over rows and steps: the windows only move forward.
    mutating func find(_ times: UnsafeBufferPointer<Int64>, _ input: RangeInput, _ grid: Grid) {
        if lows.count != grid.count {
            lows = [Int32](repeating: 0, count: grid.count)
            highs = lows
        }
        var low = 0
        var high = 0
        for step in 0..<grid.count {
            let end = input.windowEnd(grid, step)
            let start = end &- input.range
            while high < times.count, times[high] <= end { high += 1 }
            while low < high, times[low] <= start { low += 1 }
            lows[step] = Int32(low)
            highs[step] = Int32(high)
        }
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
    let steps: Int

    /// The window's samples; empty when `low` is not below `high`.
    @inline(__always) func window(_ step: Int) -> (low: Int, high: Int) {
        (max(Int(lows[step]) &- base, 0), min(Int(highs[step]) &- base, count))
    }

    /// Samples in the largest window.
    var largestWindow: Int {
        var largest = 0
        for step in 0..<steps {
            let (low, high) = window(step)
            largest = max(largest, high - low)
        }
        return largest
    }
}
