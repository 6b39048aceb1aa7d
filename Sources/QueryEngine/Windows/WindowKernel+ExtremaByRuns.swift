import Model

/// min_over_time and max_over_time where steps are much longer than the scrape interval: the best of each run of
/// sixteen rows is found once, and a window looks at those of its runs and at the rows at its ends.
extension WindowKernel {
    private static let rowsPerRun = 16
    /// Each row of the queue costs as much as this many looks here, each at eight numbers.
    private static let looksPerRow = 3

    /// False when the queue is faster, or where the order of samples counts: where all are NaN, and between zeros of
    /// both signs. What is written then is of no use.
    mutating func extremumByRuns(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) -> Bool {
        let looks = column.steps.count * (column.largestWindow / (8 * Self.rowsPerRun) + 6)
        if column.largestWindow < 4 * Self.rowsPerRun || looks > Self.looksPerRow * column.count { return false }
        return function == .max
            ? extremumByRuns(column, out, -.infinity) { $0.replacing(with: $1, where: $1 .> $0) }
            : extremumByRuns(column, out, .infinity) { $0.replacing(with: $1, where: $1 .< $0) }
    }

    /// - Parameter worst: what no number is worse than.
    @inline(__always) private mutating func extremumByRuns(
        _ column: WindowColumn, _ out: UnsafeMutablePointer<Double>, _ worst: Double,
        _ better: (SIMD8<Double>, SIMD8<Double>) -> SIMD8<Double>
    ) -> Bool {
        findBest(column, worst, better)
        let values = UnsafeRawPointer(column.values)
        return numbers.withUnsafeBytes { runs in
            guard let runs = runs.baseAddress else { return false }
            for step in column.steps {
                let (low, high) = column.window(step)
                guard low < high else {
                    out[step] = .absent
                    continue
                }
                var best = SIMD8(repeating: worst)
                if high - low < Self.rowsPerRun {
                    for row in low..<high { best = better(best, SIMD8(repeating: column.values[row])) }
                } else {
                    // The sixteen rows at each end hold what of the window is in no whole run.
                    for row in [low, low + 8, high - 16, high - 8] {
                        best = better(best, values.loadUnaligned(fromByteOffset: 8 * row, as: SIMD8<Double>.self))
                    }
                    var run = (low + Self.rowsPerRun - 1) / Self.rowsPerRun
                    let end = high / Self.rowsPerRun
                    while run + 8 <= end {
                        best = better(best, runs.loadUnaligned(fromByteOffset: 8 * run, as: SIMD8<Double>.self))
                        run += 8
                    }
                    while run < end {
                        best = better(best, SIMD8(repeating: runs.load(fromByteOffset: 8 * run, as: Double.self)))
                        run += 1
                    }
                }
                out[step] = Self.reduce(best, better)
                if out[step] == 0 || out[step] == worst { return false }
            }
            return true
        }
    }

    /// Fills `numbers` with the best of each whole run.
    @inline(__always) private mutating func findBest(
        _ column: WindowColumn, _ worst: Double, _ better: (SIMD8<Double>, SIMD8<Double>) -> SIMD8<Double>
    ) {
        numbers.removeAll(keepingCapacity: true)
        let values = UnsafeRawPointer(column.values)
        for run in 0..<column.count / Self.rowsPerRun {
            let start = 8 * run * Self.rowsPerRun
            let first = values.loadUnaligned(fromByteOffset: start, as: SIMD8<Double>.self)
            let second = values.loadUnaligned(fromByteOffset: start + 64, as: SIMD8<Double>.self)
            let best = better(better(SIMD8(repeating: worst), first), second)
            numbers.append(Self.reduce(best, better))
        }
    }

    @inline(__always) private static func reduce(
        _ numbers: SIMD8<Double>, _ better: (SIMD8<Double>, SIMD8<Double>) -> SIMD8<Double>
    ) -> Double {
        var best = better(numbers, SIMD8(lowHalf: numbers.highHalf, highHalf: numbers.lowHalf))
        best = better(best, SIMD8(best[2], best[3], best[0], best[1], best[4], best[5], best[6], best[7]))
        return better(best, SIMD8(repeating: best[1]))[0]
    }
}
