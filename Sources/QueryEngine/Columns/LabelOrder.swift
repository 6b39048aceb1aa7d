import Model

/// Sorts many label sets. They are copied into one run of bytes first: comparing arrays would count references up and
/// down for every comparison.
enum LabelOrder {
    /// The chosen indices in the order of their label sets.
    static func sorted(_ labels: [Labels], _ chosen: [Int], _ limits: QueryLimits) throws(QueryError) -> [Int] {
        var pace = Pace(limits)
        var bytes: [UInt8] = []
        var entries: [(start: Int, end: Int, index: Int)] = []
        entries.reserveCapacity(chosen.count)
        for index in chosen {
            let start = bytes.count
            bytes.append(contentsOf: labels[index].encoded)
            entries.append((start, bytes.count, index))
            try pace.did(Pace.labels)
        }
        try bytes.withUnsafeBufferPointer { all throws(QueryError) in
            let all = UnsafeRawBufferPointer(all)
            func field(_ entry: (start: Int, end: Int, index: Int)) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: all[entry.start..<entry.end])
            }
            try entries.sort(&pace, cost: 8) { Labels.precedes(encoded: field($0), field($1)) }
        }
        return entries.map(\.index)
    }
}
