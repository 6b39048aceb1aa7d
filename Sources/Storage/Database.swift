import Journal
import Model
import Platform
import Synchronization
import Telemetry

/// The store: one directory, one owner, everything in it. Thread safe.
///
/// Locks, in the order in which they may be taken: seal lock (sealing, flush, removal of journal segments),
/// compaction lock (whatever replaces or removes blocks), sync lock (one fsync at a time), commit lock (one commit at a
/// time, from placing samples to publishing them), the head's state lock.
package final class Database: SampleAppender, SeriesSource, Sendable {
    enum Phase { case created, opening, ready, closed }

    let directory: DataDirectory
    let clock: any TimeSource
    let settings: Mutex<DatabaseOptions>
    let logger: Logger
    let metrics: StorageMetrics
    let ingestion: Ingestion
    let head: Head
    let live = LiveSnapshots()
    let sealer: Sealer
    let blocks: BlockSet
    let flusher: Flusher
    let compactor: Compactor
    let sweeper: SeriesSweeper
    let budget: SeriesBudget
    /// One compaction, deletion or removal of blocks at a time; may be taken after the seal lock.
    let compactionLock = Mutex(())
    let retention = Mutex(RetentionState())
    let sealLock = Mutex(())
    let syncLock = Mutex(())
    /// The commit lock, and what it guards besides the head.
    let commitLock = Mutex<WriteAheadLog?>(nil)
    let lifecycle = Mutex(Lifecycle())
    let background = Background()

    struct Lifecycle {
        var phase = Phase.created
        var progress = ReplayProgress()
        var lock: (any FileLock)?
    }

    /// Does no input or output; `open` does.
    package init(
        directory: String, fileSystem: any FileSystem, clock: any TimeSource, options: DatabaseOptions,
        metrics: MetricRegistry, logger: Logger
    ) {
        self.directory = DataDirectory(files: fileSystem, path: directory)
        self.clock = clock
        self.settings = Mutex(options)
        self.logger = logger
        let headSettings = HeadSettings(
            rowsPerGroup: max(1, min(options.rowsPerGroup, RowGroup.maximumRows)),
            columnsPerTimeline: max(1, min(options.columnsPerTimeline, Limits.timelineColumns)),
            outOfOrderWindow: options.outOfOrderWindow, retention: options.longestRetention)
        let head = Head(settings: headSettings, index: SeriesIndex(seed: Self.seed(clock)))
        let live = live
        self.head = head
        sealer = Sealer(fileSystem, directory: Recovery.headDirectory(directory), head, live)
        blocks = BlockSet(fileSystem, directory: directory)
        flusher = Flusher(
            fileSystem, directory: directory, head, blocks, seed: StableHash.combine(Self.seed(clock), 2), logger)
        compactor = Compactor(fileSystem, blocks, seed: StableHash.combine(Self.seed(clock), 3))
        sweeper = SeriesSweeper(idle: options.seriesIdle)
        budget = SeriesBudget(limit: options.seriesLimit, warning: options.seriesWarning, logger: logger)
        budget.register(on: metrics) { head.currentIndex.seriesCount }
        ingestion = Ingestion(metrics, logger)
        let figures = FiguresSource()
        self.metrics = StorageMetrics(metrics) { figures.database?.figures ?? DatabaseFigures() }
        RetentionMetrics.register(on: metrics) { figures.database?.options ?? options }
        figures.database = self
    }

    /// Not to be guessed from outside; it need not be good.
    static func seed(_ clock: any TimeSource) -> UInt64 {
        StableHash.combine(UInt64(bitPattern: clock.wallMilliseconds()), clock.monotonicNanoseconds())
    }

    /// Takes the lock, checks that the directory is ours, replays the journal. Reports progress from the
    /// calling thread.
    package func open(progress: (ReplayProgress) -> Void = { _ in }) throws(StorageError) {
        let isFirst = lifecycle.withLock { state in
            defer { if state.phase == .created { state.phase = .opening } }
            return state.phase == .created
        }
        if !isFirst { throw StorageError("the store can be opened once") }
        let lock = try directory.open(owner: options.owner)
        try checkVolume()
        do throws(FileError) {
            if try syncFailureMark.repair() { logger.warn("Copied all files after a failed sync") }
        } catch {
            throw StorageError("cannot copy files after a failed sync: \(error)")
        }
        let seed = StableHash.combine(Self.seed(clock), 1)
        let quarantine = Quarantine(directory, now: clock.wallMilliseconds())
        do { metrics.damagedBlocks.add(try blocks.load(logger, quarantine)) } catch { throw StorageError("\(error)") }
        let recovery = Recovery(
            directory.files, directory.path, head, logger, replaced: blocks.replaced)
        let logs = try recovery.run(seed: seed) { state in
            lifecycle.withLock { $0.progress = state }
            progress(state)
        }
        head.newestInBlocks = { [blocks] labels, time in blocks.newest(of: labels, from: time) }
        if let horizon = blocks.all.map(\.meta.lastTime).max() { head.doubtNewest(upTo: horizon) }
        let log = WriteAheadLog(logs, head)
        commitLock.withLock { $0 = log }
        lifecycle.withLock {
            $0.lock = lock
            $0.phase = .ready
        }
        raiseFloors()
    }

    var options: DatabaseOptions { settings.withLock { $0 } }

    var syncFailureMark: SyncFailureMark { SyncFailureMark(files: directory.files, directory: directory.path) }

    /// True between a successful `open` and `close`.
    package var isReady: Bool { lifecycle.withLock { $0.phase == .ready } }

    /// How far `open` is; may be asked from any thread meanwhile.
    package var replayProgress: ReplayProgress { lifecycle.withLock { $0.progress } }

    package func snapshot() throws(SelectError) -> any SeriesSnapshot {
        if !isReady { throw .notReady }
        return StoreSnapshot(HeadSnapshot(head, live), blocks, retention.withLock { $0.floors })
    }
}

/// Lets metrics ask the database without keeping it.
private final class FiguresSource: Sendable {
    private struct Reference: Sendable { weak var database: Database? }
    private let reference = Mutex(Reference())

    var database: Database? {
        get { reference.withLock { $0.database } }
        set { reference.withLock { $0.database = newValue } }
    }
}
