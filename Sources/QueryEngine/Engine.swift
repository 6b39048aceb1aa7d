import Model
import Platform
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

/// Settings of one query; nil takes the engine's.
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
        throw .execution("engine missing")
    }

    /// Evaluates at start, start + step, ... up to end (milliseconds; step > 0).
    package func range(
        _ text: String, start: Int64, end: Int64, step: Int64, options: QueryOptions = .init(),
        cancellation: Cancellation = .init()
    ) throws(QueryError) -> QueryResult {
        throw .execution("engine missing")
    }
}
