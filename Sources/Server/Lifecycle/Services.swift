import API
import Catalog
import Configuration
import HTTP
import Platform
import QueryEngine
import Remote
import Scraping
import Storage
import Telemetry
import WebUI

/// The parts of a running server. They are started and stopped in a fixed order, which is written down here only.
final class Services: Sendable {
    private let database: Database
    private let scrapes: ScrapeManager
    private let catalog: CatalogKeeper
    private let configuration: LiveConfiguration
    private let state: RunState
    private let logger: Logger
    /// Hands a configuration to its users.
    private let apply: @Sendable (ServerConfiguration) -> Void
    private let queries: QueryService
    private let background = Background()
    private let clock: any TimeSource
    private let server: HTTPServer

    /// Milliseconds that running requests get to end.
    private static let grace: Int64 = 2000

    /// Builds everything, up to the listening server, which answers 503 until `start` has gone through.
    init(
        _ options: ServerOptions, configuration: LiveConfiguration, files: any FileSystem, clock: any TimeSource,
        registry: MetricRegistry, logger: Logger
    ) throws {
        let state = RunState()
        let build = BuildInformation.apus
        let database = Database(
            directory: options.directory, fileSystem: files, clock: clock,
            options: options.database(for: configuration.current), metrics: registry, logger: logger)
        let engine = Engine(source: database, options: options.engine(for: configuration.current), clock: clock)
        var limits = QueryServiceOptions()
        limits.concurrency = options.concurrency
        let log = QueryLog(files: files, clock: clock, logger: logger)
        let queries = QueryService(engine: engine, options: limits, clock: clock) { log.write($0, $1) }
        queries.register(on: registry)
        let seed = try RandomSeed.read(files)
        let scrapes = ScrapeManager(
            appender: database, transport: try HTTPFetcher(), clock: clock, seed: seed,
            metrics: registry, logger: logger, userAgent: "Apus/\(build.version)")

        let catalog = Catalog(directory: options.directory, files: files, registry: registry, logger: logger)
        let targets = CatalogedTargets(scrapes, catalog)

        let apply: @Sendable (ServerConfiguration) -> Void = { configuration in
            database.apply(options.database(for: configuration))
            engine.setDefaultSubqueryStep(configuration.global.evaluationInterval)
            scrapes.apply(configuration)
            log.open(options.queryLogFile ?? configuration.global.queryLogFile)
        }
        var api = API(
            queries: queries, targets: targets, registry: registry, clock: clock, build: build,
            readiness: { state.readiness { Self.text(database.replayProgress) } })
        api.flags = options.flags
        api.storageRetention = { options.retention(for: configuration.current).text }
        if options.enablesLifecycle {
            api.lifecycle = Lifecycle(
                reload: { configuration.reload(apply: apply) }, quit: { Signals.send(.terminate) })
        }
        if options.enablesAdministration { api.administration = Administration(database, catalog, clock: clock) }
        var pages = WebUI(queries: queries, targets: scrapes, clock: clock, build: build)
        pages.warnings = { configuration.warnings }
        var router = Router()
        api.register(on: &router)
        pages.register(on: &router)
        if options.receivesRemoteWrite {
            RemoteWriteReceiver(
                appender: database, clock: clock, seed: seed, registry: registry, logger: logger
            ).register(on: &router)
        }

        server = try HTTPServer(
            options: HTTPServerOptions(addresses: options.addresses), router: router, registry: registry,
            logger: logger, clock: clock)
        self.apply = apply
        self.catalog = CatalogKeeper(catalog, database, scrapes, clock: clock, logger: logger) {
            options.retention(for: configuration.current).time
        }
        self.queries = queries
        self.database = database
        self.scrapes = scrapes
        self.configuration = configuration
        self.state = state
        self.clock = clock
        self.logger = logger
    }

    var addresses: [String] { server.addresses }

    /// Opens the store and begins to scrape. Long when there is much to replay: call it on a thread of its own.
    func start() throws(StorageError) {
        do {
            try database.open()
        } catch {
            state.enter(.failed)
            throw error
        }
        // Told to end meanwhile: what was replayed is as good as before.
        if state.phase != .starting { return }
        database.start()
        catalog.start()
        configuration.begin(ownAddress: ListenAddress.reachable(addresses.first ?? ""), apply: apply)
        scrapes.start()
        Heap.trim()
        do throws(ThreadError) {
            try background.run(name: "heap", every: Heap.trimInterval, clock: clock) { Heap.trim() }
        } catch {
            logger.error("memory that is free is not given back to the system", ["error": error.description])
        }
        state.enter(.ready)
    }

    func reload() { _ = configuration.reload(apply: apply) }

    /// What writes stops first, then what answers, then the store. False when the store could not be closed well.
    func stop() -> Bool {
        let phase = state.phase
        state.enter(.stopping)
        background.stop()
        if phase == .ready { scrapes.stop() }
        server.stop(grace: Self.grace)
        queries.stop()
        // A store that is still replaying has nothing to lose: its files are as good as after a crash.
        guard phase == .ready else { return phase != .failed }
        catalog.stop()
        do throws(StorageError) {
            try database.close()
            return true
        } catch {
            logger.error("the store was not closed well; the next start repairs it", ["reason": error.description])
            return false
        }
    }

    private static func text(_ progress: ReplayProgress) -> String {
        "replaying the log: \(progress.segmentsDone) of \(progress.segments) segments, \(progress.samples) samples"
    }
}
