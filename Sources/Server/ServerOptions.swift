import Model
import Telemetry

/// What the command line says about a server. Durations in milliseconds.
package struct ServerOptions: Sendable {
    /// Nil: `prometheus.yml` in the working directory, else the embedded default.
    package var configurationFile: String?
    package var dataDirectory = "data"
    package var addresses = ["127.0.0.1:9090"]
    /// `/-/reload` and `/-/quit` work.
    package var enablesLifecycle = false
    /// `/api/v1/admin/tsdb/…` works.
    package var enablesAdministration = false
    /// `POST /api/v1/write` works.
    package var receivesRemoteWrite = false
    /// How far an instant selector looks back.
    package var lookback: Int64 = 300_000
    package var queryTimeout: Int64 = 120_000
    /// Samples one query may hold at once.
    package var maxSamples = 50_000_000
    /// Nil: as the configuration says.
    package var queryLogFile: String?
    /// Bytes one query may hold, and all together; nil takes the engine's default.
    package var maxMemory: Int?
    package var maxTotalMemory: Int?
    /// Of answers that are kept for later queries.
    package var queryCacheBytes = 32 << 20
    /// Metric names are dropped at the end of an evaluation.
    package var delaysNameRemoval = false
    /// Queries that run at once.
    package var concurrency = 20
    package var sync = Sync.interval
    /// What holds when the configuration names no limit; 0 is not given, and 15 days hold when both are.
    package var retentionTime: Int64 = 0
    /// Bytes.
    package var retentionSize: Int64 = 0
    /// Series in the head: how many there may be, and from how many on people are warned. Nil for no limit.
    package var seriesLimit: Int?
    package var seriesWarning: Int?
    /// What new series must keep within.
    package var labelLimits = LabelLimits()
    package var logLevel = Logger.Level.info
    /// All flags and their values, for `/api/v1/status/flags`.
    package var flags: [(name: String, value: String)] = []
    /// Said once in the log at the start: flags that were accepted without effect.
    package var remarks: [String] = []

    package init() {}

    /// When commits reach the disk.
    package enum Sync: String, Sendable, CaseIterable {
        /// Every second.
        case interval
        /// Before the commit is answered.
        case always
        case never
    }
}
