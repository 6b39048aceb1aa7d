import Synchronization
import Telemetry

/// How many series there may be: above the limit no new one is made, above the warning level people are told. Thread
/// safe.
final class SeriesBudget: Sendable {
    private enum State { case roomy, warned, full }

    let limit: Int
    private let warning: Int
    private let logger: Logger
    private let state = Mutex(State.roomy)

    /// - Parameter warning: nil for four fifths of the limit.
    init(limit: Int, warning: Int?, logger: Logger) {
        self.limit = limit
        self.warning = warning ?? (limit == .max ? .max : limit - limit / 5)
        self.logger = logger
    }

    /// True when there is room for another series. Says once that a level is reached, and again after it was left.
    func hasRoom(besides count: Int) -> Bool {
        let now: State = count >= limit ? .full : count >= warning ? .warned : .roomy
        let before = state.withLock { state in
            defer { state = now }
            return state
        }
        if now != before {
            switch now {
            case .full:
                logger.error(
                    "The limit of series is reached; new series are refused, the others go on",
                    ["series": "\(count)", "limit": "\(limit)", "flag": "--storage.series-limit"])
            case .warned where before == .roomy:
                logger.warn(
                    "There are more series than the warning level",
                    ["series": "\(count)", "warning_level": "\(warning)", "limit": "\(limit)"])
            default: break
            }
        }
        return now != .full
    }

    /// For the metrics; the levels are missing while there are none.
    func register(on registry: MetricRegistry, count: @escaping @Sendable () -> Int) {
        if limit < .max {
            registry.computed("apus_tsdb_series_limit", "Series above which no new one is made.") { [limit] in
                Double(limit)
            }
        }
        if warning < .max {
            registry.computed("apus_tsdb_series_warning_level", "Series above which a warning is due.") { [warning] in
                Double(warning)
            }
            registry.computed(
                "apus_tsdb_series_above_warning_level", "1 while there are more series than the warning level."
            ) { [warning] in
                count() >= warning ? 1 : 0
            }
        }
    }
}
