/// Which rows of a time column fall into each step's window, and what the extrapolation of rates needs to know about
/// them. Found once per time column, used for all series on it.
struct StepWindows {
    /// First row in the window.
    private(set) var lows: [Int32] = []
    /// One behind the last row in the window.
    private(set) var highs: [Int32] = []
    /// Rows of the time column, and rows in all windows together.
    private(set) var rows = 0
    private(set) var total = 0
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
        rows = times.count
        total = 0
        for step in 0..<grid.count {
            let end = input.windowEnd(grid, step)
            let start = end &- input.range
            while high < times.count, times[high] <= end &+ after { high += 1 }
            while low < high, times[low] <= start &- before { low += 1 }
            lows[step] = Int32(low)
            highs[step] = Int32(high)
            largest = max(largest, high - low)
            total += high - low
            if measures, high - low >= 2 {
                extents[step] = WindowExtent(
                    first: times[low], last: times[high - 1], gaps: high - low - 1, start: start, end: end)
            }
        }
    }
}
