import Model

/// The answer of a range query, kept for the steps that a later one has in common with it. Immutable.
final class CachedAnswer: Sendable {
    /// What a query has to have in common with a kept one, its steps aside.
    struct Key: Hashable {
        var text: String
        var step: Int64
        /// Of the steps' times, the remainder of a division by the step.
        var phase: Int64
        var lookback: Int64
        var subqueryStep: Int64
    }

    /// All its steps.
    let grid: Grid
    /// Ascending by labels.
    let series: [MatrixSeries]
    let reach: StepReach
    let mark: SnapshotMark
    /// The most steps that a query asked for.
    let depth: Int
    let bytes: Int

    /// Bytes of one, its place in the cache included.
    private static let overhead = 512

    init(_ grid: Grid, _ series: [MatrixSeries], _ reach: StepReach, _ mark: SnapshotMark, depth: Int) {
        self.grid = grid
        self.series = series
        self.reach = reach
        self.mark = mark
        self.depth = depth
        bytes = series.reduce(Self.overhead) { $0 + $1.heldBytes }
    }

    /// The last of its steps that still has the same value in this view; nil when `start` has not, or lies outside.
    func lastStep(from start: Int64, in snapshot: any SeriesSnapshot) -> Int64? {
        guard grid.count > 0, grid.start <= start, let unchanged = snapshot.unchanged(since: mark),
            start - reach.before >= unchanged.lowerBound
        else { return nil }
        // Of what steps up to this time look at nothing has changed.
        let limit = Grid.bounded(unchanged.upperBound) - 1 - reach.after
        return limit < start ? nil : grid.time(min(grid.count - 1, Int((limit - grid.start) / grid.step)))
    }

    /// The series on a grid: with their points up to `through`, and from there on those of a later answer.
    func series(
        on grid: Grid, through: Int64, then tail: [MatrixSeries], _ limits: QueryLimits
    ) throws(QueryError) -> [MatrixSeries] {
        var join = StepJoin(grid, limits)
        var next = 0
        for one in series {
            while next < tail.count, tail[next].labels < one.labels {
                try join.add(nil, tail[next])
                next += 1
            }
            let more = next < tail.count && tail[next].labels == one.labels ? tail[next] : nil
            if more != nil { next += 1 }
            try join.add(one.points(from: grid.start, through: through), more)
        }
        for one in tail[next...] { try join.add(nil, one) }
        return join.series
    }
}

/// Puts series together whose points follow each other.
private struct StepJoin {
    private(set) var series: [MatrixSeries] = []
    private let grid: Grid
    /// Of all steps; shared by the series that have a point at each.
    private let times: [Int64]
    private var pace: Pace

    init(_ grid: Grid, _ limits: QueryLimits) {
        self.grid = grid
        times = (0..<grid.count).map { grid.time($0) }
        pace = Pace(limits)
    }

    mutating func add(_ first: MatrixSeries.Points?, _ second: MatrixSeries?) throws(QueryError) {
        let count = (first?.range.count ?? 0) + (second?.values.count ?? 0)
        try pace.did(count + Pace.labels)
        guard count > 0, let labels = first?.series.labels ?? second?.labels else { return }
        var values: [Double] = []
        values.reserveCapacity(count)
        if let first { values += first.series.values[first.range] }
        if let second { values += second.values }
        var times = times
        if count < grid.count {
            times = []
            times.reserveCapacity(count)
            if let first { times += first.series.times[first.range] }
            if let second { times += second.times }
        }
        series.append(MatrixSeries(labels: labels, times: times, values: values))
    }
}

extension MatrixSeries {
    /// Some points of a series.
    struct Points {
        var series: MatrixSeries
        var range: Range<Int>
    }

    /// Bytes of a series in an answer: labels, and the points' times and values.
    var heldBytes: Int { labels.heldBytes + SeriesColumns.labelsOverhead + values.count * 16 }

    func points(from: Int64, through: Int64) -> Points {
        Points(series: self, range: place(of: from)..<max(place(of: from), place(of: through + 1)))
    }

    /// Of the first point that is not before a time.
    private func place(of time: Int64) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
