import Model

extension SortOrder {
    /// Orders the series of a single evaluation; numbers put NaN last, and equal ones keep their order.
    func apply(to columns: SeriesColumns, _ limits: QueryLimits) throws(QueryError) -> SeriesColumns {
        guard columns.steps == 1 else { return columns }
        var order = (0..<columns.count).filter { !columns.values[$0].isAbsent }
        var pace = Pace(limits)
        switch self {
        case .ascending: try Self.sort(&order, columns, &pace) { $0 < $1 }
        case .descending: try Self.sort(&order, columns, &pace) { $0 > $1 }
        case .labels(let names, let isDescending):
            try order.sort(&pace, cost: 2 * Pace.labels) { left, right in
                let order = Self.compare(columns.labels[left], columns.labels[right], names)
                return isDescending ? order > 0 : order < 0
            }
        }
        var result = columns
        try result.keep(order, limits)
        return result
    }

    private static func sort(
        _ series: inout [Int], _ columns: SeriesColumns, _ pace: inout Pace, _ isBefore: (Double, Double) -> Bool
    ) throws(QueryError) {
        try series.sort(&pace) { left, right in
            let (a, b) = (columns.values[left], columns.values[right])
            if isBefore(a, b) || (b.isNaN && !a.isNaN) { return true }
            if isBefore(b, a) || (a.isNaN && !b.isNaN) { return false }
            return left < right
        }
    }

    /// By the named labels, where numbers in the text count as numbers; then by all labels.
    private static func compare(_ left: Labels, _ right: Labels, _ names: [String]) -> Int {
        for name in names {
            let (a, b) = (left[name] ?? "", right[name] ?? "")
            if a != b { return precedesNaturally(a, b) ? -1 : 1 }
        }
        return left == right ? 0 : left < right ? -1 : 1
    }

    /// Natural order: runs of digits are compared by their value.
    static func precedesNaturally(_ left: String, _ right: String) -> Bool {
        let a = chunks(left)
        let b = chunks(right)
        for (x, y) in zip(a, b) where x != y {
            if let m = UInt64(x), let n = UInt64(y) {
                if m != n { return m < n }
                return x.utf8.count < y.utf8.count
            }
            return Labels.precedes(x, y)
        }
        return a.count < b.count
    }

    private static func chunks(_ text: String) -> [String] {
        var result: [String] = []
        var current: [UInt8] = []
        var isNumber = false
        for byte in text.utf8 {
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if isDigit != isNumber, !current.isEmpty {
                result.append(String(decoding: current, as: UTF8.self))
                current = []
            }
            isNumber = isDigit
            current.append(byte)
        }
        if !current.isEmpty { result.append(String(decoding: current, as: UTF8.self)) }
        return result
    }
}
