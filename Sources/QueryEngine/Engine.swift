import Model
import Platform
import PromQL
import Synchronization

/// Settings that hold for all queries.
package struct EngineOptions: Sendable {
    /// How far an instant selector looks back, milliseconds.
    package var lookback: Int64 = 300_000
    /// Step of a subquery that names none, milliseconds.
    package var defaultSubqueryStep: Int64 = 60_000
    /// Samples one query may hold at once.
    package var maxSamples = 50_000_000
    /// Bytes one query may hold at once.
    package var maxMemory = 2 << 30
    /// Milliseconds.
    package var timeout: Int64 = 120_000

    package init() {}
}

/// Settings of one query; nil takes the engine's. A longer timeout than the engine's has no effect.
package struct QueryOptions: Sendable {
    package var lookback: Int64?
    package var timeout: Int64?

    package init(lookback: Int64? = nil, timeout: Int64? = nil) {
        self.lookback = lookback
        self.timeout = timeout
    }
}

/// Lets another thread stop a query; the engine looks at it between batches.
package final class Cancellation: Sendable {
    private let flag = Atomic(false)

    package init() {}

    package func cancel() { flag.store(true, ordering: .relaxed) }
    package var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// Parses, plans and evaluates. Thread safe; a call runs on the caller's thread.
package final class Engine: Sendable {
    private let source: any SeriesSource
    private let options: EngineOptions
    private let clock: any TimeSource

    package init(source: any SeriesSource, options: EngineOptions, clock: any TimeSource) {
        self.source = source
        self.options = options
        self.clock = clock
    }

    /// Evaluates at one time (milliseconds).
    package func instant(
        _ text: String, at time: Int64, options: QueryOptions = .init(), cancellation: Cancellation = .init()
    ) throws(QueryError) -> QueryResult {
        let time = Grid.bounded(time)
        let expression = try parse(text)
        let grid = Grid(at: time)
        let root = try plan(expression, grid, end: time, step: 0, options)
        let evaluator = Evaluator(try context(options, cancellation))
        let value = try evaluator.instantValue(root)
        return result(value, evaluator.context, text)
    }

    /// Evaluates at start, start + step, ... up to end (milliseconds; step > 0).
    package func range(
        _ text: String, start: Int64, end: Int64, step: Int64, options: QueryOptions = .init(),
        cancellation: Cancellation = .init()
    ) throws(QueryError) -> QueryResult {
        let (start, end) = (Grid.bounded(start), Grid.bounded(end))
        guard step > 0 else {
            throw .badParameter(
                "zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        if end >= start, (end - start) / step > Int64(Limits.rangePoints) {
            throw .badParameter(
                "exceeded maximum resolution of 11,000 points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)")
        }
        let expression = try parse(text)
        if expression.type != .vector, expression.type != .scalar {
            throw .badParameter(
                "invalid expression type \(GoText.quoted(expression.type.documented)) for range query, "
                    + "must be Scalar or instant Vector")
        }
        let grid = Grid(from: start, to: end, step: step)
        let root = try plan(expression, grid, end: end, step: step, options)
        let evaluator = Evaluator(try context(options, cancellation))
        let value = try evaluator.rangeValue(root)
        return result(value, evaluator.context, text)
    }

    private func parse(_ text: String) throws(QueryError) -> Expression {
        do {
            return try Parser.parse(text)
        } catch {
            throw .parse(error)
        }
    }

    private func plan(
        _ expression: Expression, _ grid: Grid, end: Int64, step: Int64, _ query: QueryOptions
    ) throws(QueryError) -> PlanNode {
        var planner = Planner(
            .init(
                grid: grid, end: end, step: step, lookback: query.lookback ?? options.lookback,
                defaultSubqueryStep: options.defaultSubqueryStep, maxSteps: options.maxSamples))
        return try planner.plan(expression)
    }

    private func context(_ query: QueryOptions, _ cancellation: Cancellation) throws(QueryError) -> QueryContext {
        let snapshot: any SeriesSnapshot
        do {
            snapshot = try source.snapshot()
        } catch {
            throw QueryError(error)
        }
        return QueryContext(
            snapshot: snapshot, budget: Budget(maxSamples: options.maxSamples, maxBytes: options.maxMemory),
            clock: clock, timeout: min(query.timeout ?? .max, options.timeout), cancellation: cancellation)
    }

    private func result(_ value: QueryValue, _ context: QueryContext, _ text: String) -> QueryResult {
        context.statistics.peakSamples = context.budget.peakSamples
        return QueryResult(
            value: value, warnings: context.annotations.texts(.warning, query: text),
            infos: context.annotations.texts(.info, query: text), statistics: context.statistics)
    }
}
