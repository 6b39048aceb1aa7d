import Model

/// A computed result behind the port of storage, so that subqueries and selectors are read alike. The grid's
/// times are the shared time column.
final class ColumnsSelection: Selection {
    private static let unitSize = 256

    private let columns: SeriesColumns
    private let grid: Grid
    private let limits: QueryLimits?

    /// `limits`: for a grid of a subquery's, which may have millions of steps.
    init(_ columns: SeriesColumns, grid: Grid, _ limits: QueryLimits? = nil) {
        self.limits = limits
        self.columns = columns
        self.grid = grid
    }

    var seriesCount: Int { columns.count }
    var unitCount: Int { (columns.count + Self.unitSize - 1) / Self.unitSize }
    func losesName(_ series: Int) -> Bool { columns.losesName(series) }
    func labels(of series: Int) -> Labels { columns.labels[series] }
    func estimatedSamples(inUnit unit: Int) -> Int { members(unit).count * grid.count }

    func read(unit: Int, into slice: Slice) throws(SelectError) {
        slice.removeAll()
        slice.times.reserveCapacity(grid.count)
        var pace = limits.map { Pace($0) }
        do throws(QueryError) {
            for step in 0..<grid.count {
                try pace?.did(1)
                slice.times.append(grid.time(step))
            }
            slice.sharedRows = grid.count
            for series in members(unit) { try append(series, to: slice, &pace) }
        } catch {
            throw .ended
        }
    }

    private func append(_ series: Int, to slice: Slice, _ pace: inout Pace?) throws(QueryError) {
        let row = columns.values[series * grid.count..<(series + 1) * grid.count]
        guard let first = row.firstIndex(where: { !$0.isAbsent }), let last = row.lastIndex(where: { !$0.isAbsent })
        else { return }
        let firstValue = slice.values.count
        var start = first
        while start <= last {
            let end = min(start + Pace.numbers, last + 1)
            slice.values.append(contentsOf: row[start..<end].filter { !$0.isAbsent })
            try pace?.did(end - start)
            start = end
        }
        let count = slice.values.count - firstValue
        let isShared = count == last - first + 1
        slice.columns.append(
            .init(
                series: series, firstTime: isShared ? first - row.startIndex : slice.times.count,
                firstValue: firstValue, count: count, isShared: isShared))
        if isShared { return }
        for index in first...last where !row[index].isAbsent {
            slice.times.append(grid.time(index - row.startIndex))
        }
    }

    func members(_ unit: Int) -> Range<Int> {
        unit * Self.unitSize..<min(columns.count, (unit + 1) * Self.unitSize)
    }
}
