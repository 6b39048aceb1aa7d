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
            numbers.removeAll(keepingCapacity: true)
            numbers.append(contentsOf: UnsafeBufferPointer(start: column.values + low, count: high - low))
            out[step] = Quantile.of(&numbers, parameters[0][step])
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
            numbers.removeAll(keepingCapacity: true)
            numbers.append(contentsOf: UnsafeBufferPointer(start: column.values + low, count: high - low))
            if numbers.contains(where: \.isNaN) {
                out[step] = .ordinaryNaN
                continue
            }
            let median = Quantile.of(&numbers, 0.5)
            for index in numbers.indices { numbers[index] = (numbers[index] - median).magnitude }
            out[step] = Quantile.of(&numbers, 0.5)
        }
    }
}

enum Quantile {
    /// The q-quantile, interpolated between neighbours; NaN counts as the smallest number. Sorts `values`.
    static func of(_ values: inout [Double], _ q: Double) -> Double {
        if values.isEmpty || q.isNaN { return .ordinaryNaN }
        if q < 0 { return -.infinity }
        if q > 1 { return .infinity }
        values.sort { $0 < $1 || ($0.isNaN && !$1.isNaN) }
        let rank = q * Double(values.count - 1)
        let lower = max(0, rank.rounded(.down))
        let upper = min(Double(values.count - 1), lower + 1)
        let weight = rank - rank.rounded(.down)
        return values[Int(lower)] * (1 - weight) + values[Int(upper)] * weight
    }
}
