import Model

extension WindowKernel {
    /// quantile_over_time
    mutating func quantile(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) {
        for step in column.steps {
            let (low, high) = column.window(step)
            guard low < high else {
                out[step] = .absent
                continue
            }
            copy(column, low, high)
            out[step] = Quantile.of(&numbers, parameters[0][step], limits)
        }
    }

    /// mad_over_time: the median of the distances from the median; NaN when any sample is.
    mutating func medianDeviation(_ column: WindowColumn, _ out: UnsafeMutablePointer<Double>) {
        for step in column.steps {
            let (low, high) = column.window(step)
            guard low < high else {
                out[step] = .absent
                continue
            }
            copy(column, low, high)
            if numbers.contains(where: \.isNaN) {
                out[step] = .ordinaryNaN
                continue
            }
            let median = Quantile.of(&numbers, 0.5, limits)
            for index in numbers.indices { numbers[index] = (numbers[index] - median).magnitude }
            out[step] = Quantile.of(&numbers, 0.5, limits)
        }
    }
}
