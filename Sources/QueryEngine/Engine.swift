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
    /// Bytes one query may hold at once, its answer included, and all queries together.
    package var maxMemory = 2 << 30
    package var maxTotalMemory = 4 << 30
    /// Bytes of answers that are kept for later queries; 0 keeps none.
    package var cacheBytes = 0
    /// Those are of queries that read so many samples; others cost less than to keep their answers.
    package var cachedSamples = 4096
    /// Milliseconds.
    package var timeout: Int64 = 120_000
    /// What loses its metric name keeps it until the end of the evaluation, so that it can be grouped and matched by,
    /// or kept by `label_replace`.
    package var delaysNameRemoval = false
    /// Threads that compute one query, its own included.
    package var threads = 1
    /// From so many samples or results of a selector on the other threads help.
    package var parallelThreshold = 200_000

    package init() {}
}

/// Settings of one query; nil takes the engine's. A longer timeout than the engine's has no effect.
package struct QueryOptions: Sendable {
    package var lookback: Int64?
    package var timeout: Int64?
    package enum Insight: Sendable {
        case none
        /// The plan with estimates instead of an answer; nothing is evaluated and no sample is read.
        case explain
        /// The plan with what its nodes cost, beside the answer; of an empty instant vector also why.
        case analyze
    }

    package var insight = Insight.none
    /// The statistics tell the samples of each step.
    package var countsSteps = false
    /// Steps that an earlier answer has may come from there.
    package var usesCache = true
    /// A query that may be more work than this ends with `QueryError.tooMuchWork` before it has read anything, and so
    /// does one with regular expressions: see `PlanWork`.
    var mostWork: Int?
    /// Where the query says how far it is.
    package var progress: QueryProgress?

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

/// Parses, plans and evaluates. Thread safe; a call runs on the caller's thread, which other threads of the engine help
/// with large selections.
package final class Engine: Sendable {
    /// Memory for a byte of an expression: the text itself, its tree, sets of literals in patterns.
    private static let bytesPerCharacter = 16

    let source: any SeriesSource
    let options: EngineOptions
    let clock: any TimeSource
    private let pool: MemoryPool
    private let workers: WorkerPool
    /// Nil when no answers are kept.
    let cache: ResultCache?
    private let subqueryStep: Atomic<Int64>

    package init(source: any SeriesSource, options: EngineOptions, clock: any TimeSource) {
        self.source = source
        self.options = options
        self.clock = clock
        pool = MemoryPool(limit: options.maxTotalMemory)
        cache = options.cacheBytes > 0 ? ResultCache(limit: options.cacheBytes) : nil
        subqueryStep = Atomic(options.defaultSubqueryStep)
        workers = WorkerPool(threads: options.threads, threshold: options.parallelThreshold)
    }

    /// Milliseconds between the points of subqueries that name no step, for queries that begin from now on.
    package func setDefaultSubqueryStep(_ step: Int64) { subqueryStep.store(step, ordering: .relaxed) }
    var defaultSubqueryStep: Int64 { subqueryStep.load(ordering: .relaxed) }

    /// Evaluates at one time (milliseconds).
    package func instant(
        _ text: String, at time: Int64, options: QueryOptions = .init(), cancellation: Cancellation = .init()
    ) throws(QueryError) -> QueryResult {
        let budget = newBudget()
        let result = try answer(text, step: nil, options, cancellation, budget, nil) {
            (expression, patterns) throws(QueryError) in
            try plan(instant: expression, at: time, options, patterns)
        } evaluate: { (evaluator, root) throws(QueryError) in
            try evaluator.instantValue(root)
        }
        // All that was needed on the way is free by now.
        budget.settle()
        return result
    }

    /// Evaluates at start, start + step, ... up to end (milliseconds; step > 0).
    package func range(
        _ text: String, start: Int64, end: Int64, step: Int64, options: QueryOptions = .init(),
        cancellation: Cancellation = .init()
    ) throws(QueryError) -> QueryResult {
        let question = RangeQuestion(
            text: text, start: Grid.bounded(start), end: Grid.bounded(end), step: step, options: options,
            cancellation: cancellation)
        let budget = newBudget()
        let result: QueryResult
        if let cache, question.mayBeCached {
            result = try answer(question, budget, cache)
        } else {
            result = try answer(question, budget, nil) { _, _ in }
        }
        budget.settle()
        return result
    }

    /// - Parameters:
    ///   - snapshot: what to read; nil for what there is now.
    ///   - planned: is told what the text was parsed to, and the plan.
    func answer(
        _ question: RangeQuestion, _ budget: Budget, _ snapshot: (any SeriesSnapshot)?,
        planned: (Expression, PlanNode) -> Void
    ) throws(QueryError) -> QueryResult {
        try answer(question.text, step: question.step, question.options, question.cancellation, budget, snapshot) {
            (expression, patterns) throws(QueryError) in
            let root = try plan(question, expression, patterns)
            planned(expression, root)
            return root
        } evaluate: { (evaluator, root) throws(QueryError) in
            try evaluator.rangeValue(root)
        }
    }

    private func answer(
        _ text: String, step: Int64?, _ options: QueryOptions, _ cancellation: Cancellation, _ budget: Budget,
        _ snapshot: (any SeriesSnapshot)?, plan: (Expression, AskedRoom) throws(QueryError) -> PlanNode,
        evaluate: (Evaluator, PlanNode) throws(QueryError) -> QueryValue
    ) throws(QueryError) -> QueryResult {
        let begin = clock.monotonicNanoseconds()
        let deadline = begin &+ timeout(options) &* 1_000_000
        let room = try budget.reserve(
            samples: 0, bytes: text.utf8.count * Self.bytesPerCharacter,
            purpose: "an expression of \(text.utf8.count) bytes")
        let patterns = try AskedRoom(budget, purpose: "a query with so many regular expressions")
        defer { withExtendedLifetime((room, patterns)) {} }
        let root = try plan(try parse(text, patterns, hasPatterns: options.mostWork == nil), patterns)
        let planned = clock.monotonicNanoseconds()
        let limits = QueryLimits(budget: budget, clock: clock, deadline: deadline, cancellation: cancellation)
        let context = try context(options, limits, snapshot, root)
        let evaluator = Evaluator(context)
        if let most = options.mostWork { try PlanWork.check(root, evaluator, most: most) }
        if options.insight == .analyze { context.profile = PlanProfile(clock: clock) }
        let value = options.insight == .explain ? Self.nothing(step) : try evaluate(evaluator, root)
        context.statistics.preparation = Double(planned - begin) / 1e9
        context.statistics.evaluation = Double(clock.monotonicNanoseconds() - planned) / 1e9
        var result = result(value, context, root.grid, text)
        if options.insight != .none {
            let isEmpty = options.insight == .analyze && step == nil && value.isEmpty
            result.plan = try PlanDescriber(evaluator, explainsEmptiness: isEmpty).describe(root)
        }
        return result
    }

    func newBudget() -> Budget {
        Budget(maxSamples: options.maxSamples, maxBytes: options.maxMemory, pool: pool)
    }

    /// The answer of a query that is not evaluated.
    private static func nothing(_ step: Int64?) -> QueryValue { step == nil ? .vector([]) : .matrix([]) }

    private func plan(
        instant expression: Expression, at time: Int64, _ options: QueryOptions, _ patterns: AskedRoom
    ) throws(QueryError) -> PlanNode {
        let time = Grid.bounded(time)
        return try plan(expression, Grid(at: time), end: time, step: 0, options, patterns)
    }

    private func plan(
        _ question: RangeQuestion, _ expression: Expression, _ patterns: AskedRoom
    ) throws(QueryError) -> PlanNode {
        try question.check()
        if expression.type != .vector, expression.type != .scalar {
            throw .badParameter(
                "invalid expression type \(GoText.quoted(expression.type.documented)) for range query, "
                    + "must be Scalar or instant Vector")
        }
        return try plan(
            expression, question.grid, end: question.end, step: question.step, question.options, patterns)
    }

    /// Bytes that all queries together have taken and may take.
    var memory: (taken: Int, limit: Int) { (pool.limit - pool.free, pool.limit) }

    /// Milliseconds that a query with these settings may take.
    func timeout(_ query: QueryOptions) -> UInt64 { UInt64(max(0, min(query.timeout ?? .max, options.timeout))) }

    private func parse(
        _ text: String, _ patterns: AskedRoom, hasPatterns: Bool
    ) throws(QueryError) -> Expression {
        var options = ParserOptions()
        options.takesPattern = { hasPatterns && patterns.take($0) }
        do {
            return try Parser.parse(text, options: options)
        } catch {
            throw patterns.refusal ?? .parse(error)
        }
    }

    private func plan(
        _ expression: Expression, _ grid: Grid, end: Int64, step: Int64, _ query: QueryOptions, _ patterns: AskedRoom
    ) throws(QueryError) -> PlanNode {
        var planner = Planner(
            .init(
                grid: grid, end: end, step: step, lookback: query.lookback ?? options.lookback,
                defaultSubqueryStep: defaultSubqueryStep, maxSteps: options.maxSamples), patterns)
        return try planner.plan(expression)
    }

    func snapshot() throws(QueryError) -> any SeriesSnapshot {
        do {
            return try source.snapshot()
        } catch {
            throw QueryError(error)
        }
    }

    private func context(
        _ query: QueryOptions, _ limits: QueryLimits, _ known: (any SeriesSnapshot)?, _ root: PlanNode
    ) throws(QueryError) -> QueryContext {
        let snapshot: any SeriesSnapshot
        if let known { snapshot = known } else { snapshot = try self.snapshot() }
        return QueryContext(
            snapshot: snapshot, limits: limits, workers: workers,
            tally: SampleTally(steps: root.grid.count, keepsSteps: query.countsSteps), occurrences: root.occurrences,
            progress: query.progress,
            delaysNameRemoval: options.delaysNameRemoval)
    }

    private func result(
        _ value: QueryValue, _ context: QueryContext, _ grid: Grid, _ text: String
    ) -> QueryResult {
        var statistics = context.statistics
        statistics.peakSamples = context.budget.use.peakSamples
        statistics.queryableSamples = context.tally.total
        statistics.queryableSamplesByStep = context.tally.bySteps.enumerated().map { (grid.time($0), $1) }
        context.reportProgress()
        var result = QueryResult(
            value: value, warnings: context.annotations.texts(.warning, query: text),
            infos: context.annotations.texts(.info, query: text), statistics: statistics)
        result.reservations = context.kept
        return result
    }
}
