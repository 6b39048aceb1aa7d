import Model

extension WindowKernel {
    /// min_over_time, max_over_time: NaN counts only where there is nothing else.
    ///
    /// The queue holds the rows that can still be the best one of a coming window, best first, so that every
    /// row enters and leaves once and a step costs O(1) in the mean.
    @inline(__always) mutating func extremum(
        _ column: WindowColumn, _ out: UnsafeMutablePointer<Double>, _ isBetter: (Double, Double) -> Bool
    ) {
        if extremumByRuns(column, out) { return }
        let values = column.values
        if rows.count < column.count { rows = [Int32](repeating: 0, count: column.count) }
        rows.withUnsafeMutableBufferPointer { queue in
            var head = 0
            var tail = 0
            var entered = 0
            for step in column.steps {
                let (low, high) = column.window(step)
                guard low < high else {
                    out[step] = .absent
                    continue
                }
                entered = max(entered, low)
                while entered < high {
                    let value = values[entered]
                    if !value.isNaN {
                        while tail > head, isBetter(value, values[Int(queue[tail - 1])]) { tail -= 1 }
                        queue[tail] = Int32(entered)
                        tail += 1
                    }
                    entered += 1
                }
                while head < tail, Int(queue[head]) < low { head += 1 }
                out[step] = head < tail ? values[Int(queue[head])] : .ordinaryNaN
            }
        }
    }

    /// ts_of_min_over_time, ts_of_max_over_time: the time of the last of the best samples.
    @inline(__always) func extremumTime(
        _ column: WindowColumn, _ out: UnsafeMutablePointer<Double>, _ isBetter: (Double, Double) -> Bool
    ) {
        fill(column, out) { low, high in
            var best = low
            forEachRun(low, high) { run in
                for row in run {
                    let value = column.values[best]
                    if value.isNaN || isBetter(column.values[row], value) { best = row }
                }
            }
            return Double(column.times[best]) / 1000
        }
    }
}
