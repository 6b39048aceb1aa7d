import Model
import Platform
import Telemetry

/// The store: one directory, one owner, everything in it. Thread safe.
package final class Database: SampleAppender, SeriesSource, Sendable {
    /// Does no input or output; `open` does.
    package init(
        directory: String, fileSystem: any FileSystem, clock: any TimeSource, options: DatabaseOptions,
        metrics: MetricRegistry, logger: Logger
    ) {
    }

    /// Takes the lock, checks that the directory is ours, replays the journal. Reports progress from the calling thread.
    package func open(progress: (ReplayProgress) -> Void = { _ in }) throws(StorageError) {
    }

    /// Starts the threads that sync the journal and seal groups. Without it everything happens in `tick`.
    package func start() {}

    /// Does the work that is due: sync, sealing, removal of journal segments. `now` in milliseconds.
    package func tick(now: Int64) {}

    /// Cuts and seals all open groups, syncs, releases the lock. Nothing is accepted afterwards.
    package func close() throws(StorageError) {}

    /// True between a successful `open` and `close`.
    package var isReady: Bool { false }

    /// How far `open` is; may be asked from any thread meanwhile.
    package var replayProgress: ReplayProgress { ReplayProgress() }

    package var figures: DatabaseFigures { DatabaseFigures() }

    package func reference(for labels: Labels) throws(AppendError) -> SeriesReference { throw .notReady }

    package func append(_ batch: AppendBatch, now: Int64) throws(AppendError) -> AppendOutcome { throw .notReady }

    package func liveSeries(of origin: Origin) -> [SeriesReference] { [] }

    package func snapshot() throws(SelectError) -> any SeriesSnapshot { throw .notReady }
}
