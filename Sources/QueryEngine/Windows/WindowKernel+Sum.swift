import CShims
import Model

extension WindowKernel {
    /// Whole numbers whose sums stay below this are added without any error, in any order.
    private static let exactLimit = 9_007_199_254_740_992.0

    /// sum_over_time, avg_over_time.
    mutating func total(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) {
        if hasPrefixSums {
            for step in column.steps {
                let (low, high) = column.window(step)
                guard low < high else {
                    out[step] = .absent
                    continue
                }
                let sum = numbers[high] - numbers[low]
                out[step] = function == .sum ? sum : sum / Double(high - low)
            }
            return
        }
        var column = column
        let last = column.steps.upperBound
        while column.steps.lowerBound < last {
            let first = column.steps.lowerBound
            let done = slidingTotals(column, out + first)
            if done > 0 {
                if limits.isOver { return }
                column.steps = first + done..<last
                continue
            }
            if first + 8 <= last, eightTotals(column, out + first) {
                column.steps = first + 8..<last
                continue
            }
            column.steps = first..<min(first + 8, last)
            totals(column, out)
            column.steps = column.steps.upperBound..<last
        }
    }

    private func totals(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) {
        if function == .sum {
            fill(column, out) { low, high in
                var sum = CompensatedSum()
                forEachRun(low, high) { for row in $0 { sum.add(column.values[row]) } }
                return sum.total
            }
        } else {
            fill(column, out) { low, high in Self.average(column.values, low, high) }
        }
    }

    /// A step as long as the scrape interval: each window is the one before it moved by one sample. Computes the first
    /// steps and returns how many: none when they are few or a sum is not finite.
    private func slidingTotals(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) -> Int {
        let first = column.steps.lowerBound
        let (low, high) = column.window(first)
        guard high > low else { return 0 }
        let most = min(column.steps.count, Self.slidingAtOnce, Self.slidingCells / (high - low))
        var windows = 1
        while windows < most, column.window(first + windows) == (low + windows, high + windows) { windows += 1 }
        return cshims_window_means(
            column.values + low, high - low, windows, function == .sum, function == .sum ? 1 : Double(high - low), out,
            VectorWidth.bits)
    }

    private static let slidingAtOnce = 256
    /// Additions without a look at deadline and cancellation: less than a millisecond.
    private static let slidingCells = 1 << 22

    /// The first eight steps at once, each in a lane of its own, when their windows hold equally many samples and all
    /// sums are finite; else false. The errors of the additions come from two-sums (Knuth), which find the same ones as
    /// `CompensatedSum`, so the results are equal bit by bit.
    private func eightTotals(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) -> Bool {
        let first = column.steps.lowerBound
        var starts = SIMD8<Int>()
        let (low, high) = column.window(first)
        let count = high - low
        guard count > 0 else { return false }
        for lane in 0..<8 {
            let (low, high) = column.window(first + lane)
            if high - low != count { return false }
            starts[lane] = low
        }
        var sums = SIMD8<Double>()
        var compensations = SIMD8<Double>()
        var values = SIMD8<Double>()
        for row in 0..<count {
            for lane in 0..<8 { values[lane] = column.values[starts[lane] &+ row] }
            // A mean begins with its first value, a sum with 0: they differ in the sign of zero.
            if row == 0, function != .sum {
                sums = values
                continue
            }
            let totals = sums + values
            let added = totals - sums
            compensations += (sums - (totals - added)) + (values - added)
            sums = totals
        }
        let divisor = function == .sum ? 1 : Double(count)
        for lane in 0..<8 {
            if !sums[lane].isFinite { return false }
            out[lane] = sums[lane] / divisor + compensations[lane] / divisor
        }
        return true
    }

    /// Fills `numbers` with sums from the start when they are exact: then a difference of two of them equals the
    /// compensated sum of the values between, and each step costs O(1).
    mutating func prefixSums(_ column: WindowColumn) -> Bool {
        numbers.removeAll(keepingCapacity: true)
        numbers.append(0)
        var sum = 0.0
        var magnitude = 0.0
        for row in 0..<column.count {
            let value = column.values[row]
            magnitude += value.magnitude
            guard magnitude < Self.exactLimit, value == value.rounded(.towardZero) else { return false }
            sum += value
            numbers.append(sum)
        }
        return true
    }

    /// The mean as sum divided by count; as running mean from where the sum would overflow.
    static func average(_ values: UnsafePointer<Double>, _ low: Int, _ high: Int) -> Double {
        var sum = CompensatedSum(sum: values[low], compensation: 0)
        var count = 1.0
        var row = low + 1
        while row < high {
            var next = sum
            next.add(values[row])
            if next.sum.isInfinite { break }
            sum = next
            count += 1
            row += 1
        }
        if row == high { return sum.sum / count + sum.compensation / count }
        var mean = CompensatedSum(sum: sum.sum / count, compensation: sum.compensation / count)
        while row < high {
            count += 1
            let weight = (count - 1) / count
            mean = CompensatedSum(sum: weight * mean.sum, compensation: weight * mean.compensation)
            mean.add(values[row] / count)
            row += 1
        }
        return mean.value
    }

    /// stddev_over_time, stdvar_over_time: Welford's method with compensated sums.
    func variance(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) {
        fill(column, out) { low, high in
            var count = 0.0
            var mean = CompensatedSum()
            var squares = CompensatedSum()
            forEachRun(low, high) { run in
                for row in run {
                    count += 1
                    let value = column.values[row]
                    let difference = value - mean.value
                    mean.add(difference / count)
                    squares.add(difference * (value - mean.value))
                }
            }
            let variance = squares.value / count
            return function == .stddev ? variance.squareRoot() : variance
        }
    }
}
