import Configuration
import Platform
import Storage
import Telemetry

/// The server as a process: from the command line's options to its end.
package enum Server {
    /// Blocks until a signal ends the server; true when it ended well.
    package static func run(_ options: ServerOptions) -> Bool {
        // All must come before the first thread.
        Heap.configure(keeping: options.keptMemory)
        OpenFileLimit.raise()
        Signals.block()
        let clock = SystemTime()
        let logger = Logger(minimum: options.logLevel, clock: clock) { StandardStream.error.write($0) }
        for remark in options.remarks { logger.warn(remark) }
        do {
            return try run(options, clock: clock, logger: logger)
        } catch {
            logger.error("the server cannot start", ["reason": "\(error)"])
            return false
        }
    }

    private static func run(_ options: ServerOptions, clock: any TimeSource, logger: Logger) throws -> Bool {
        let files = SystemFileSystem()
        let registry = MetricRegistry()
        BuildInformation.apus.register(on: registry)
        ProcessMetrics(clock: clock).register(on: registry)
        let source = ConfigurationSource(named: options.configurationFile, files: files)
        let configuration = try LiveConfiguration(
            source: source, ownAddress: ListenAddress.reachable(options.addresses.first ?? ""), clock: clock,
            registry: registry, logger: logger)
        let services = try Services(
            options, configuration: configuration, files: files, clock: clock, registry: registry, logger: logger)
        StandardStream.output.write(banner(options, source, configuration.current, services.addresses))

        let begin = clock.monotonicNanoseconds()
        let starter = try Thread(name: "start") {
            do throws(StorageError) {
                try services.start()
                let milliseconds = (clock.monotonicNanoseconds() - begin) / 1_000_000
                logger.info("ready", ["milliseconds": "\(milliseconds)"])
            } catch {
                logger.error("the store cannot be opened", ["reason": error.description])
                Signals.send(.terminate)
            }
        }
        waitForEnd(services, logger: logger)
        let endedWell = services.stop()
        withExtendedLifetime(starter) {}
        logger.info("ended")
        return endedWell
    }

    private static func waitForEnd(_ services: Services, logger: Logger) {
        while true {
            switch Signals.wait() {
            case .hangup: services.reload()
            case .terminate, .interrupt:
                logger.info("ending")
                return
            }
        }
    }

    private static func banner(
        _ options: ServerOptions, _ source: ConfigurationSource, _ configuration: ServerConfiguration,
        _ addresses: [String]
    ) -> String {
        let urls = addresses.map { "http://" + ListenAddress.reachable($0) }
        let targets = configuration.scrapes.flatMap(\.groups).reduce(0) { $0 + $1.targets.count }
        let scraped =
            source.path.map { "\($0) (jobs: \(configuration.scrapes.count), targets: \(targets))" }
            ?? "none, scrapes itself (--config.file)"
        return """
            Apus \(BuildInformation.apus.version) answers on \(urls.joined(separator: ", "))
              configuration: \(scraped)
              data: \(options.dataDirectory)
              try: apus query up

            """
    }
}
