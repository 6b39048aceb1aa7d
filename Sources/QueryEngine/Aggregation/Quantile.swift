import Model

/// Order statistics of plain numbers.
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
