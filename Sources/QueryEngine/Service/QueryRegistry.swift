import Model
import Platform
import Synchronization

/// Knows the queries that run, the last ones that ended and the costliest of the last hour. Thread safe.
package final class QueryRegistry: Sendable {
    /// The queries at one moment.
    package struct Listing: Sendable {
        /// The oldest first.
        package var running: [QueryReport] = []
        /// The newest first.
        package var recent: [QueryReport] = []
        /// By time in evaluation, the longest first.
        package var costliest: [QueryReport] = []
    }

    private struct State {
        var lastIdentifier: UInt64 = 0
        var running: [UInt64: RunningQuery] = [:]
        /// The newest last.
        var recent: [QueryReport] = []
        var costliest: [QueryReport] = []
    }

    private static let recentLimit = 100
    private static let costliestLimit = 20
    /// Milliseconds that a query stays among the costliest.
    private static let costliestAge: Int64 = 3_600_000
    /// Bytes of text that are kept of a query that has ended.
    private static let textLimit = 4096

    private let clock: any TimeSource
    private let state = Mutex(State())

    init(clock: any TimeSource) { self.clock = clock }

    func begin(_ call: QueryCall) -> RunningQuery {
        let (wall, now) = (clock.wallMilliseconds(), clock.monotonicNanoseconds())
        return state.withLock { state in
            state.lastIdentifier += 1
            let query = RunningQuery(identifier: state.lastIdentifier, call: call, arrivedWall: wall, arrived: now)
            state.running[query.identifier] = query
            return query
        }
    }

    /// Returns what is told of it from now on.
    func end(_ query: RunningQuery, _ outcome: Result<Void, QueryError>) -> QueryReport {
        let report = query.report(at: clock.monotonicNanoseconds(), outcome: outcome)
        var kept = report
        kept.call.text = Self.shortened(kept.call.text)
        kept.bytes = 0
        let oldest = clock.wallMilliseconds() - Self.costliestAge
        state.withLock { state in
            state.running[query.identifier] = nil
            state.recent.append(kept)
            if state.recent.count > Self.recentLimit { state.recent.removeFirst() }
            state.costliest.removeAll { $0.started < oldest }
            let place = state.costliest.firstIndex { $0.running < kept.running } ?? state.costliest.count
            if place < Self.costliestLimit {
                state.costliest.insert(kept, at: place)
                if state.costliest.count > Self.costliestLimit { state.costliest.removeLast() }
            }
        }
        return report
    }

    /// It was not begun after all.
    func withdraw(_ query: RunningQuery) { state.withLock { $0.running[query.identifier] = nil } }

    /// Queries that run or wait.
    var count: Int { state.withLock { $0.running.count } }

    func running(_ identifier: UInt64) -> RunningQuery? { state.withLock { $0.running[identifier] } }

    package func listing() -> Listing {
        let now = clock.monotonicNanoseconds()
        let oldest = clock.wallMilliseconds() - Self.costliestAge
        return state.withLock { state in
            Listing(
                running: state.running.values.sorted { $0.identifier < $1.identifier }.map {
                    $0.report(at: now, outcome: nil)
                },
                recent: state.recent.reversed(), costliest: state.costliest.filter { $0.started >= oldest })
        }
    }

    private static func shortened(_ text: String) -> String {
        if text.utf8.count <= textLimit { return text }
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self) + "… (\(text.utf8.count) bytes)"
    }
}
