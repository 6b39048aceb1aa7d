import Model

/// Order statistics of plain numbers.
enum Quantile {
    /// The q-quantile, interpolated between neighbours; NaN counts as the smallest number. Reorders `values`.
    /// Any number when the query is over, which is looked at once in a while.
    static func of(_ values: inout [Double], _ q: Double, _ limits: QueryLimits) -> Double {
        values.withUnsafeMutableBufferPointer { of($0, q, limits) }
    }

    /// The same of values in memory of the caller's.
    static func of(_ values: UnsafeMutableBufferPointer<Double>, _ q: Double, _ limits: QueryLimits) -> Double {
        if values.isEmpty || q.isNaN { return .ordinaryNaN }
        if q < 0 { return -.infinity }
        if q > 1 { return .infinity }
        let rank = q * Double(values.count - 1)
        let lower = max(0, rank.rounded(.down))
        let weight = rank - rank.rounded(.down)
        let (low, high) = neighbours(values, Int(lower), limits)
        return low * (1 - weight) + high * weight
    }

    /// What stands at an index and behind it when the values are sorted; the last one is its own successor.
    private static func neighbours(
        _ values: UnsafeMutableBufferPointer<Double>, _ index: Int, _ limits: QueryLimits
    ) -> (Double, Double) {
        var first = 0
        for place in values.indices where values[place].isNaN {
            values.swapAt(place, first)
            first += 1
        }
        if index >= first { select(values, first, index, limits) }
        let next = index + 1
        if next == values.count || next < first { return (values[index], values[min(next, values.count - 1)]) }
        var high = values[next]
        for place in next..<values.count where values[place] < high { high = values[place] }
        return (values[index], high)
    }

    /// Hoare's selection: moves what belongs to `index` there, nothing larger before and nothing smaller behind it.
    /// Where the pivots are bad for too long the rest is sorted.
    private static func select(
        _ values: UnsafeMutableBufferPointer<Double>, _ start: Int, _ index: Int, _ limits: QueryLimits
    ) {
        var (low, high) = (start, values.count - 1)
        var attempts = 64
        var swaps = 0
        while low < high {
            if attempts == 0 {
                var rest = UnsafeMutableBufferPointer(rebasing: values[low...high])
                return rest.sort()
            }
            attempts -= 1
            let (a, b, c) = (values[low], values[low + (high - low) / 2], values[high])
            let pivot = max(min(a, b), min(max(a, b), c))
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while values[right] > pivot { right -= 1 }
                if left > right { break }
                values.swapAt(left, right)
                swaps &+= 1
                if swaps & (WindowKernel.rowsAtOnce - 1) == 0, limits.isOver { return }
                left += 1
                right -= 1
            }
            if index <= right {
                high = right
            } else if index >= left {
                low = left
            } else {
                return
            }
        }
    }
}
