/// A batch of samples of series that were read together: pooled times and values, and per series a column that points
/// into both. Reused from read to read. Not thread safe.
///
/// Times are milliseconds, strictly increasing within a column. The first `sharedRows` times are the time column of
/// the timeline all of them come from; a column with `isShared` lies on a run of those (`firstTime` is its first
/// row), so what is found out about the shared times once holds for all such columns. Any other column has its own
/// run of times further back in the pool. Values never hold `absent`; they hold stale markers only when the selection
/// asked for them.
package final class Slice {
    package struct Column: Sendable {
        /// The series' number within the selection.
        package var series: Int
        /// Index of the column's first time in `times`.
        package var firstTime: Int
        /// Index of the column's first value in `values`.
        package var firstValue: Int
        package var count: Int
        /// The times lie in the shared time column.
        package var isShared: Bool

        @inlinable package init(series: Int, firstTime: Int, firstValue: Int, count: Int, isShared: Bool) {
            self.series = series
            self.firstTime = firstTime
            self.firstValue = firstValue
            self.count = count
            self.isShared = isShared
        }
    }

    package var times: [Int64] = []
    package var values = SamplePool()
    package var columns: [Column] = []
    package var sharedRows = 0

    package init() {}

    /// Forgets the content, keeps the memory.
    package func removeAll() {
        times.removeAll(keepingCapacity: true)
        values.removeAll()
        columns.removeAll(keepingCapacity: true)
        sharedRows = 0
    }
}
