import Model

extension Slice {
    /// Makes a column of the `rows` values from `base` on, a cell for each shared time: trims it to its first and last
    /// cell; one with holes gets times of its own. `isFull`: each cell is known to be a value.
    func closeSharedColumn(series: Int, base: Int, rows: Int, isFull: Bool, keepsStaleMarkers: Bool) {
        if isFull {
            columns.append(.init(series: series, firstTime: 0, firstValue: base, count: rows, isShared: true))
            return
        }
        var first = rows
        var last = -1
        var cells = 0
        let values = values.pointer + base
        for row in 0..<rows {
            let bits = values[row].bitPattern
            if bits == Cell.absent { continue }
            if bits == Cell.stale && !keepsStaleMarkers {
                values[row] = .absent
                continue
            }
            if last < 0 { first = row }
            last = row
            cells += 1
        }
        if cells == 0 { return }
        if cells == last - first + 1 {
            columns.append(
                .init(series: series, firstTime: first, firstValue: base + first, count: cells, isShared: true))
            return
        }
        let firstTime = times.count
        var target = 0
        for row in first...last where !values[row].isAbsent {
            times.append(times[row])
            values[target] = values[row]
            target += 1
        }
        columns.append(
            .init(series: series, firstTime: firstTime, firstValue: base, count: cells, isShared: false))
    }
}
