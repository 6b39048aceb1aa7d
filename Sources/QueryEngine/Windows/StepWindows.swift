import Platform

/// Which rows of a time column fall into each step's window, and what the extrapolation of rates needs to know about
/// them. Found once per time column, used for all series on it. Not thread safe.
final class StepWindows {
    let steps: Int
    /// First row in the window, per step.
    let lows: UnsafeMutablePointer<Int32>
    /// One behind the last row in the window, per step.
    let highs: UnsafeMutablePointer<Int32>
    /// How far whole windows reach, for functions that measure it.
    let measures: WindowMeasures?
    /// Rows of the time column, and rows in all windows together.
    private(set) var rows = 0
    private(set) var total = 0
    /// Rows in the largest and in the smallest window.
    private(set) var largest = 0
    private(set) var smallest = 0
    /// Each window is the one before it moved by one row.
    private(set) var isSliding = false
    /// The times that all this was found for.
    private var times: [Int64] = []

    /// `seconds`: what differences over a window are divided by, for functions that measure its extent.
    init(steps: Int, seconds: Double?) {
        self.steps = steps
        lows = .allocate(capacity: max(steps, 1))
        highs = .allocate(capacity: max(steps, 1))
        measures = seconds.map { WindowMeasures(steps: steps, seconds: $0) }
    }

    deinit {
        lows.deallocate()
        highs.deallocate()
    }

    /// One pass over rows and steps: the windows only move forward. The times of many units are the same: those cost
    /// nothing but a look.
    func find(_ times: UnsafeBufferPointer<Int64>, _ input: RangeInput, _ grid: Grid) {
        if isKnown(times) { return }
        self.times.removeAll(keepingCapacity: true)
        self.times.append(contentsOf: times)
        let (before, after) = (input.before, input.after)
        var low = 0
        var high = 0
        var sum = 0
        var bounds = (smallest: Int.max, largest: 0)
        var slides = true
        measures?.clear()
        for step in 0..<steps {
            let end = input.windowEnd(grid, step)
            let start = end &- input.range
            let last = (low, high)
            while high < times.count, times[high] <= end &+ after { high += 1 }
            while low < high, times[low] <= start &- before { low += 1 }
            if step > 0, low != last.0 + 1 || high != last.1 + 1 { slides = false }
            lows[step] = Int32(low)
            highs[step] = Int32(high)
            bounds = (min(bounds.smallest, high - low), max(bounds.largest, high - low))
            sum += high - low
            if let measures, high - low >= 2 {
                measures.set(
                    step,
                    WindowExtent(
                        first: times[low], last: times[high - 1], gaps: high - low - 1, start: start, end: end))
            }
        }
        (smallest, largest) = bounds
        isSliding = slides
        rows = times.count
        total = sum
    }

    private func isKnown(_ times: UnsafeBufferPointer<Int64>) -> Bool {
        guard times.count == self.times.count, let asked = times.baseAddress else { return false }
        return self.times.withUnsafeBytes { known in
            known.baseAddress.map { compareMemory($0, UnsafeRawPointer(asked), known.count) == 0 } ?? false
        }
    }
}

/// How far the whole windows of a time column reach.
final class WindowMeasures {
    /// What the difference over a window is divided by, beside the extrapolation.
    private let seconds: Double
    let extents: UnsafeMutablePointer<WindowExtent>
    /// What the difference over a whole window is multiplied by.
    let scales: UnsafeMutablePointer<Double>
    /// The bounds that hold for all windows.
    private(set) var shortest = Double.infinity
    private(set) var longestStart = 0.0

    init(steps: Int, seconds: Double) {
        self.seconds = seconds
        extents = .allocate(capacity: max(steps, 1))
        scales = .allocate(capacity: max(steps, 1))
    }

    deinit {
        extents.deallocate()
        scales.deallocate()
    }

    func clear() {
        shortest = .infinity
        longestStart = 0
    }

    func set(_ step: Int, _ extent: WindowExtent) {
        extents[step] = extent
        scales[step] = extent.factor / seconds
        shortest = min(shortest, extent.sampled)
        longestStart = max(longestStart, extent.toStart)
    }
}
