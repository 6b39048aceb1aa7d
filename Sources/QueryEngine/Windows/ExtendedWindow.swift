import Model

/// The samples in and around one window; at least one.
struct ExtendedWindow {
    let times: UnsafePointer<Int64>
    let values: UnsafePointer<Double>
    let count: Int
    let start: Int64
    let end: Int64
    let isSmoothed: Bool

    /// What counts for the window: from the last sample at or before its start to the last one, when smoothed to
    /// the first one at or behind its end. Nil when nothing of it lies in the window.
    private var bounds: (first: Int, last: Int)? {
        var first = 0
        while first < count - 1, times[first] <= start { first += 1 }
        first = max(0, first - 1)
        var last = count - 1
        if isSmoothed {
            last = 0
            while last < count - 1, times[last] < end { last += 1 }
            if times[first] > end { return nil }
        }
        return times[last] <= start ? nil : (first, last)
    }

    /// rate, increase, delta without the division by time; absent when nothing lies in the window.
    func difference(isCounter: Bool) -> Double {
        guard let (first, last) = bounds else { return .absent }
        let left = leftValue(first, isCounter: isCounter)
        let right = rightValue(last, isCounter: isCounter)
        if !isCounter { return right - left }
        var correction = 0.0
        var previous = left
        for row in inner(first, last) {
            if values[row] < previous { correction += previous }
            previous = values[row]
        }
        if right < previous { correction += previous }
        return right - left + correction
    }

    /// How often two neighbours are `counted`, from the sample the window is anchored at.
    @inline(__always) func count(_ counted: (Double, Double) -> Bool) -> Double {
        var after = 0
        while after < count, times[after] <= start { after += 1 }
        if after == count { return .absent }
        var found = 0
        for row in max(after, 1)..<count where counted(values[row], values[row - 1]) { found += 1 }
        return Double(found)
    }

    /// The value at the end: of the sample there, else between its neighbours, else of the last one before.
    var value: Double {
        var next = 0
        while next < count, times[next] < end { next += 1 }
        if next < count, times[next] == end { return values[next] }
        if next == 0 { return .absent }
        return next < count ? interpolate(next - 1, at: end, isCounter: false) : values[next - 1]
    }

    /// The samples as a range vector: values at both bounds and what lies between.
    var points: [(time: Int64, value: Double)] {
        guard let (first, last) = bounds else { return [] }
        return [(start, leftValue(first, isCounter: false))]
            + inner(first, last).map { (times[$0], values[$0]) }
            + [(end, rightValue(last, isCounter: false))]
    }

    private func leftValue(_ first: Int, isCounter: Bool) -> Double {
        isSmoothed && times[first] < start ? interpolate(first, at: start, isCounter: isCounter) : values[first]
    }

    private func rightValue(_ last: Int, isCounter: Bool) -> Double {
        isSmoothed && last > 0 && times[last] > end
            ? interpolate(last - 1, at: end, isCounter: isCounter) : values[last]
    }

    /// The rows truly inside the window.
    private func inner(_ first: Int, _ last: Int) -> Range<Int> {
        let low = times[first] <= start ? first + 1 : first
        let high = times[last] >= end ? last : last + 1
        return low..<max(low, high)
    }

    /// On the line from a row to the next; a counter that fell starts from zero.
    private func interpolate(_ row: Int, at time: Int64, isCounter: Bool) -> Double {
        let next = values[row + 1]
        let from = isCounter && next < values[row] ? 0 : values[row]
        return from + (next - from) * Double(time - times[row]) / Double(times[row + 1] - times[row])
    }
}
