import Journal
import Synchronization
import Telemetry

/// Whether the journal takes commits. Says once when it stops, and when it goes on. Thread safe.
final class Ingestion: Sendable {
    private enum State: Int { case running, stopped, ended }

    private let state = Atomic(State.running.rawValue)
    private let gauge: Gauge
    private let logger: Logger

    init(_ metrics: MetricRegistry, _ logger: Logger) {
        gauge = metrics.gauge(
            "apus_tsdb_ingestion_stopped",
            "1 while samples are refused because the journal cannot be written or synced, else 0.")
        self.logger = logger
    }

    /// A commit or a sync has failed.
    func fail(_ error: LogError) {
        let next: State
        switch error {
        case .broken: next = .ended
        case .file: next = .stopped
        case .newerVersion, .frameTooLarge: return
        }
        let former = state.max(next.rawValue, ordering: .relaxed).oldValue
        if former >= next.rawValue { return }
        gauge.set(1)
        let message =
            next == .ended
            ? "Samples are refused until a restart: the journal cannot be relied on any more"
            : "Samples are refused: the journal cannot be written; every commit tries again"
        logger.error(message, ["error": error.description])
    }

    /// A commit has gone well.
    func succeed() {
        if state.load(ordering: .relaxed) == State.running.rawValue { return }
        let change = state.compareExchange(
            expected: State.stopped.rawValue, desired: State.running.rawValue, ordering: .relaxed)
        if !change.exchanged { return }
        gauge.set(0)
        logger.info("Samples are taken again: the journal can be written")
    }
}
