import Configuration
import Model
import Platform
import Synchronization
import Telemetry

/// The configuration that holds now. A bad new one changes nothing. Thread safe.
final class LiveConfiguration: Sendable {
    private struct State {
        var current: ServerConfiguration
        var ownAddress = ""
    }

    private let source: ConfigurationSource
    private let state: Mutex<State>
    private let clock: any TimeSource
    private let logger: Logger
    private let metrics: ReloadMetrics

    /// Loads the configuration for the first time.
    init(
        source: ConfigurationSource, ownAddress: String, clock: any TimeSource, registry: MetricRegistry, logger: Logger
    ) throws(ServerError) {
        self.source = source
        self.clock = clock
        self.logger = logger
        metrics = ReloadMetrics(registry)
        state = Mutex(State(current: try source.load(ownAddress: ownAddress), ownAddress: ownAddress))
    }

    var current: ServerConfiguration { state.withLock { $0.current } }

    /// Hands the configuration to its users for the first time. The embedded one is made again, since it names the
    /// address that the system has given us.
    func begin(ownAddress: String, apply: (ServerConfiguration) -> Void) {
        state.withLock { state in
            state.ownAddress = ownAddress
            if source.path == nil, let own = try? source.load(ownAddress: ownAddress) { state.current = own }
            take(state.current, apply)
        }
    }

    /// Loads the file again; the reason when it was refused.
    func reload(apply: (ServerConfiguration) -> Void) -> String? {
        state.withLock { state in
            do throws(ServerError) {
                let new = try source.load(ownAddress: state.ownAddress)
                state.current = new
                take(new, apply)
                logger.info("configuration loaded again", ["file": source.path ?? "embedded default"])
                return nil
            } catch {
                metrics.failed()
                logger.error("configuration refused, the old one stays", ["reason": error.description])
                return error.description
            }
        }
    }

    private func take(_ configuration: ServerConfiguration, _ apply: (ServerConfiguration) -> Void) {
        apply(configuration)
        metrics.succeeded(at: clock.wallMilliseconds(), ignoring: configuration.ignored.map(\.key))
        for warning in Self.warnings(configuration) { logger.warn(warning) }
        if let limits = configuration.storage.retention, limits.percentage > 0 && limits.size > 0 {
            logger.warn(
                "storage.tsdb.retention.size is ignored, because storage.tsdb.retention.percentage is specified")
        }
        for name in configuration.unsetVariables {
            logger.warn("external_labels: environment variable has no value", ["variable": name])
        }
    }

    /// What the operator must know, one sentence each.
    var warnings: [String] { Self.warnings(current) }

    private static func warnings(_ configuration: ServerConfiguration) -> [String] {
        configuration.ignored.map {
            "The configuration's section \($0.key) (line \($0.line)) has no effect: this version evaluates no rules "
                + "and sends no alerts."
        }
    }
}
