import Model

extension Slice {
    /// Makes a column of the `rows` values from `base` on, a cell for each shared time: trims it to its first and last
    /// cell; one with holes gets times of its own.
    func closeSharedColumn(series: Int, base: Int, rows: Int, keepsStaleMarkers: Bool) {
        var first = rows
        var last = -1
        var cells = 0
        values.withUnsafeMutableBufferPointer { values in
            for row in 0..<rows {
                let bits = values[base + row].bitPattern
                if bits == Cell.absent { continue }
                if bits == Cell.stale && !keepsStaleMarkers {
                    values[base + row] = .absent
                    continue
                }
                if last < 0 { first = row }
                last = row
                cells += 1
            }
        }
        if cells == 0 { return }
        if cells == last - first + 1 {
            columns.append(
                .init(series: series, firstTime: first, firstValue: base + first, count: cells, isShared: true))
            return
        }
        let firstTime = times.count
        var target = base
        for row in first...last where !values[base + row].isAbsent {
            times.append(times[row])
            values[target] = values[base + row]
            target += 1
        }
        columns.append(
            .init(series: series, firstTime: firstTime, firstValue: base, count: cells, isShared: false))
    }
}
