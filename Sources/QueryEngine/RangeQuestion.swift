import Model

/// A range query as the engine gets it.
struct RangeQuestion {
    var text: String
    /// Milliseconds, as `Grid` bounds them.
    var start: Int64
    var end: Int64
    /// Milliseconds.
    var step: Int64
    var options: QueryOptions
    var cancellation: Cancellation

    /// The steps, once they have been checked.
    var grid: Grid { Grid(from: start, to: end, step: step) }

    /// Fails when there are too many steps, or no step.
    func check() throws(QueryError) {
        guard step > 0 else {
            throw .badParameter(
                "zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        if end >= start, (end - start) / step > Int64(Limits.rangePoints) {
            throw .badParameter(
                "exceeded maximum resolution of 11,000 points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)")
        }
    }

    /// Nobody wants to know what the whole of it costs.
    var mayBeCached: Bool { options.usesCache && options.insight == .none && !options.countsSteps }
}
