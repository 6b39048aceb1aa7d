import Platform
import Telemetry

/// Where queries of clients go: lets them in in turn, evaluates them, and knows what runs. Thread safe.
package final class QueryService: Sendable {
    package typealias Outcome = Result<QueryResult, QueryError>

    package let registry: QueryRegistry
    let engine: Engine
    private let scheduler: QueryScheduler
    /// Bytes of a text that may be answered at once, and its work (see `PlanWork`).
    private static let shortText = 512
    private static let smallWork = 50_000
    private let clock: any TimeSource
    private let ended: @Sendable (QueryReport, QueryStatistics) -> Void

    /// `ended` is told of every query that has ended, on any thread.
    package init(
        engine: Engine, options: QueryServiceOptions = .init(), clock: any TimeSource,
        ended: @escaping @Sendable (QueryReport, QueryStatistics) -> Void = { _, _ in }
    ) {
        self.ended = ended
        self.engine = engine
        self.clock = clock
        registry = QueryRegistry(clock: clock)
        scheduler = QueryScheduler(
            concurrency: options.concurrency, queueLimit: options.queueLimit,
            clientLimit: options.clientQueueLimit, clock: clock)
    }

    /// Evaluates a query on the calling thread, which has others to serve, if that takes well below a millisecond and
    /// nobody waits: to hand it to another thread and its answer back would cost more. Nil, with nothing done, for any
    /// other query and for one that fails: `submit` it.
    package func answerAtOnce(_ call: QueryCall) -> (QueryResult, QueryReport)? {
        guard call.text.utf8.count <= Self.shortText, call.options.insight == .none, scheduler.waiting == 0 else {
            return nil
        }
        let query = registry.begin(call)
        query.admit(at: query.arrived)
        guard case .success(let result) = evaluate(query, mostWork: Self.smallWork) else {
            registry.withdraw(query)
            return nil
        }
        let report = registry.end(query, .success(()))
        ended(report, result.statistics)
        return (result, report)
    }

    /// Evaluates a query when its turn comes. `completion` is called once, on any thread. The result is what cancels
    /// the query.
    @discardableResult
    package func submit(
        _ call: QueryCall, _ completion: @escaping @Sendable (Outcome, QueryReport) -> Void
    ) -> @Sendable () -> Void {
        let query = registry.begin(call)
        let deadline = query.arrived &+ engine.timeout(call.options) &* 1_000_000
        let end: @Sendable (Outcome) -> Void = { [registry, ended] outcome in
            let report = registry.end(query, outcome.map { _ in })
            ended(report, (try? outcome.get())?.statistics ?? QueryStatistics(ofFailed: report))
            completion(outcome, report)
        }
        let isAccepted = scheduler.submit(query.identifier, client: call.client, deadline: deadline) {
            [self] isAdmitted in
            if query.cancellation.isCancelled { return end(.failure(.canceled("query was canceled in query queue"))) }
            guard isAdmitted else { return end(.failure(.timeout("query timed out in query queue"))) }
            query.admit(at: clock.monotonicNanoseconds())
            end(evaluate(query))
        }
        if !isAccepted {
            end(.failure(.unavailable("too many queries are waiting (--query.max-concurrency): try again later")))
        }
        return { [self] in cancel(query) }
    }

    /// Ends a query that runs or waits; false when there is none.
    package func cancel(_ identifier: UInt64) -> Bool {
        guard let query = registry.running(identifier) else { return false }
        cancel(query)
        return true
    }

    /// What is told of queries on the metrics page.
    package func register(on registry: MetricRegistry) {
        registry.computed("prometheus_engine_queries", "The current number of queries being executed or waiting.") {
            [self] in Double(self.registry.count)
        }
        registry.computed("prometheus_engine_queries_concurrent_max", "The max number of concurrent queries.") {
            [self] in Double(scheduler.concurrency)
        }
        registry.computed("apus_engine_queries_waiting", "Queries that wait for their turn.") {
            [self] in Double(waiting)
        }
        registry.computed("apus_engine_memory_bytes", "Memory that queries and their answers have taken.") {
            [self] in Double(engine.memory.taken)
        }
        if let cache = engine.cache { cache.register(on: registry) }
        registry.computed("apus_engine_memory_limit_bytes", "Memory that queries may take together.") {
            [self] in Double(engine.memory.limit)
        }
    }

    /// Queries that wait for their turn.
    package var waiting: Int { scheduler.waiting }

    /// Ends the threads. Does nothing while a query does not end: its thread goes with the process.
    package func stop() {
        if registry.count == 0 { scheduler.stop() }
    }

    private func cancel(_ query: RunningQuery) {
        query.cancellation.cancel()
        scheduler.withdraw(query.identifier)
    }

    private func evaluate(_ query: RunningQuery, mostWork: Int? = nil) -> Outcome {
        var options = query.call.options
        options.mostWork = mostWork
        options.progress = query.progress
        // Time in the queue counts.
        let waited = Int64(clamping: (clock.monotonicNanoseconds() &- query.arrived) / 1_000_000)
        options.timeout = max(0, Int64(engine.timeout(options)) - waited)
        let text = query.call.text
        do throws(QueryError) {
            switch query.call.times {
            case .instant(let time):
                return .success(
                    try engine.instant(text, at: time, options: options, cancellation: query.cancellation))
            case .range(let start, let end, let step):
                return .success(
                    try engine.range(
                        text, start: start, end: end, step: step, options: options, cancellation: query.cancellation))
            }
        } catch {
            return .failure(error)
        }
    }
}

extension QueryError {
    /// Somebody ended it.
    var isCancellation: Bool {
        if case .canceled = self { true } else { false }
    }
}
