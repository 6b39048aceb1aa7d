import Catalog
import Model
import Platform
import Storage
import Synchronization
import Telemetry

/// Tells the catalog what has become of the store and of the targets, on a thread of its own: neither waits for it.
final class CatalogKeeper: Sendable {
    /// Milliseconds.
    private static let interval: Int64 = 10_000
    /// Targets that are gone are remembered at least this long.
    private static let shortestMemory: Int64 = 15 * 86_400_000

    private let catalog: Catalog
    private let database: Database
    private let targets: any TargetDirectory
    private let clock: any TimeSource
    private let logger: Logger
    private let background = Background()
    /// How long samples are kept.
    private let retention: @Sendable () -> Int64

    /// - Parameters:
    ///   - targets: what they say now, without what the catalog remembers.
    ///   - retention: milliseconds; 0 is for ever.
    init(
        _ catalog: Catalog, _ database: Database, _ targets: any TargetDirectory, clock: any TimeSource,
        logger: Logger, retention: @escaping @Sendable () -> Int64
    ) {
        self.catalog = catalog
        self.database = database
        self.targets = targets
        self.clock = clock
        self.logger = logger
        self.retention = retention
    }

    func start() {
        catalog.open()
        do throws(ThreadError) {
            try background.run(name: "catalog", every: Self.interval, clock: clock) { [self] in update() }
        } catch {
            logger.error("The catalog stays as it is", ["error": error.description])
        }
    }

    /// Ends the thread, tells the catalog the last news and closes it.
    func stop() {
        background.stop()
        update()
        catalog.close()
    }

    private func update() {
        let now = clock.wallMilliseconds()
        catalog.update(blocks: database.blockSummaries) { [database] in database.deletions(inBlock: $0.name) }
        catalog.update(metadata: targets.targetMetadata(), now: now)
        let retention = retention()
        if retention > 0 { catalog.forgetMetadata(before: now - max(retention, Self.shortestMemory)) }
    }
}
