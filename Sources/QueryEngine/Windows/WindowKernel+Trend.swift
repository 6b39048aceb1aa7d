import Model

extension WindowKernel {
    /// deriv, predict_linear: least squares over the window.
    func regression(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) {
        for step in column.steps {
            let (low, high) = column.window(step)
            guard high - low >= 2 else {
                out[step] = .absent
                continue
            }
            if function == .deriv {
                // Times relative to one near by keep their digits.
                out[step] = line(column, low, high, origin: column.times[low]).slope
            } else {
                let line = line(column, low, high, origin: grid.time(step))
                out[step] = line.slope * parameters[0][step] + line.intercept
            }
        }
    }

    /// Slope per second and value at the time `origin`.
    private func line(
        _ column: WindowColumn, _ low: Int, _ high: Int, origin: Int64
    ) -> (slope: Double, intercept: Double) {
        var count = 0.0
        var sumX = CompensatedSum()
        var sumY = CompensatedSum()
        var sumXY = CompensatedSum()
        var sumXX = CompensatedSum()
        let first = column.values[low]
        var isConstant = true
        forEachRun(low, high) { run in
            for row in run {
                let y = column.values[row]
                if row > low, y != first { isConstant = false }
                count += 1
                let x = Double(column.times[row] - origin) / 1000
                sumX.add(x)
                sumY.add(y)
                sumXY.add(x * y)
                sumXX.add(x * x)
            }
        }
        if isConstant { return first.isInfinite ? (.ordinaryNaN, .ordinaryNaN) : (0, first) }
        let covariance = sumXY.value - sumX.value * sumY.value / count
        let variance = sumXX.value - sumX.value * sumX.value / count
        let slope = covariance / variance
        return (slope, sumY.value / count - slope * sumX.value / count)
    }

    /// double_exponential_smoothing: Holt's method with smoothing and trend factor as parameters.
    mutating func smooth(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) {
        for step in column.steps {
            let (low, high) = column.window(step)
            guard low < high else {
                out[step] = .absent
                continue
            }
            let smoothing = parameters[0][step]
            let trend = parameters[1][step]
            // Written like this, NaN passes as it does in Prometheus.
            if smoothing <= 0 || smoothing >= 1 {
                failure = failure ?? Self.badFactor("smoothing", "sf", smoothing)
            } else if trend <= 0 || trend >= 1 {
                failure = failure ?? Self.badFactor("trend", "tf", trend)
            }
            out[step] = high - low < 2 ? .absent : smoothed(column.values, low, high, smoothing, trend)
        }
    }

    private func smoothed(
        _ values: UnsafePointer<Double>, _ low: Int, _ high: Int, _ smoothing: Double, _ trend: Double
    ) -> Double {
        var before = 0.0
        var level = values[low]
        var slope = values[low + 1] - values[low]
        forEachRun(low + 1, high) { run in
            for row in run {
                if row > low + 1 { slope = trend * (level - before) + (1 - trend) * slope }
                let next = smoothing * values[row] + (1 - smoothing) * (level + slope)
                before = level
                level = next
            }
        }
        return level
    }

    private static func badFactor(_ name: String, _ short: String, _ value: Double) -> QueryError {
        .execution(
            "invalid \(name) factor. Expected: 0 < \(short) < 1, got: \(AnnotationText.sixDecimals(value))")
    }
}
