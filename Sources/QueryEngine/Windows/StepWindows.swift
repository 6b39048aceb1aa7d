import Platform

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
    /// Rows in the largest and in the smallest window.
    private(set) var largest = 0
    private(set) var smallest = 0
    /// Each window is the one before it moved by one row.
    private(set) var isSliding = false
    /// For whole windows, if they are measured.
    private(set) var measures: WindowMeasures?
    /// The times that all this was found for.
    private var times: [Int64] = []

    init() {}

    /// `seconds`: what differences over a window are divided by, for functions that measure its extent.
    init(steps: Int, seconds: Double?) {
        lows = [Int32](repeating: 0, count: steps)
        highs = lows
        measures = seconds.map { WindowMeasures(steps: steps, seconds: $0) }
    }

    /// One pass over rows and steps: the windows only move forward. The times of many units are the same: those cost
    /// nothing but a look.
    mutating func find(_ times: UnsafeBufferPointer<Int64>, _ input: RangeInput, _ grid: Grid) {
        if isKnown(times) { return }
        self.times.removeAll(keepingCapacity: true)
        self.times.append(contentsOf: times)
        let (before, after) = (input.before, input.after)
        var low = 0
        var high = 0
        largest = 0
        smallest = .max
        rows = times.count
        total = 0
        isSliding = true
        measures?.clear()
        for step in 0..<grid.count {
            let end = input.windowEnd(grid, step)
            let start = end &- input.range
            let last = (low, high)
            while high < times.count, times[high] <= end &+ after { high += 1 }
            while low < high, times[low] <= start &- before { low += 1 }
            if step > 0, low != last.0 + 1 || high != last.1 + 1 { isSliding = false }
            lows[step] = Int32(low)
            highs[step] = Int32(high)
            largest = max(largest, high - low)
            smallest = min(smallest, high - low)
            total += high - low
            if high - low >= 2 {
                measures?.set(
                    step,
                    WindowExtent(
                        first: times[low], last: times[high - 1], gaps: high - low - 1, start: start, end: end))
            }
        }
    }

    private func isKnown(_ times: UnsafeBufferPointer<Int64>) -> Bool {
        guard times.count == self.times.count, let asked = times.baseAddress else { return false }
        return self.times.withUnsafeBytes { known in
            known.baseAddress.map { compareMemory($0, UnsafeRawPointer(asked), known.count) == 0 } ?? false
        }
    }
}

/// How far the whole windows of a time column reach.
struct WindowMeasures {
    /// What the difference over a window is divided by, beside the extrapolation.
    let seconds: Double
    private(set) var extents: [WindowExtent]
    /// What the difference over a whole window is multiplied by.
    private(set) var scales: [Double]
    /// The bounds that hold for all windows.
    private(set) var shortest = Double.infinity
    private(set) var longestStart = 0.0

    init(steps: Int, seconds: Double) {
        self.seconds = seconds
        extents = [WindowExtent](repeating: WindowExtent(), count: steps)
        scales = [Double](repeating: 0, count: steps)
    }

    mutating func clear() {
        shortest = .infinity
        longestStart = 0
    }

    mutating func set(_ step: Int, _ extent: WindowExtent) {
        extents[step] = extent
        scales[step] = extent.factor / seconds
        shortest = min(shortest, extent.sampled)
        longestStart = max(longestStart, extent.toStart)
    }
}
