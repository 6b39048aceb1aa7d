import Model
import Server
import Telemetry

/// `apus serve`, the default: runs the server until it is told to end.
struct ServeCommand: Command {
    enum LogFormat: String, CaseIterable {
        case logfmt
    }

    let name = "serve"

    var help: CommandHelp {
        CommandHelp(
            usage: "[serve] [flags]",
            summary: "Scrapes the configured targets, stores what they say and answers queries.",
            flags: ServeFlags.all,
            examples: [
                "apus", "apus serve --config.file=prometheus.yml --storage.tsdb.path=/var/lib/apus",
                "apus serve --web.listen-address=:9090 --web.enable-lifecycle",
            ])
    }

    func run(_ values: FlagValues, _ shell: Shell) throws(UsageError) -> ExitCode {
        if let argument = values.arguments.first {
            throw UsageError("unexpected argument \(GoText.quoted(argument))")
        }
        return Server.run(try Self.options(values)) ? .ok : .failed
    }

    static func options(_ values: FlagValues) throws(UsageError) -> ServerOptions {
        _ = try values.choice("log.format", LogFormat.self)
        var options = ServerOptions()
        options.configurationFile = values.text("config.file")
        options.dataDirectory = values.text("storage.tsdb.path") ?? options.dataDirectory
        options.addresses = values.all("web.listen-address")
        options.enablesLifecycle = values.isOn("web.enable-lifecycle")
        options.enablesAdministration = values.isOn("web.enable-admin-api")
        options.receivesRemoteWrite = values.isOn("web.enable-remote-write-receiver")
        options.lookback = try positive("query.lookback-delta", values) ?? options.lookback
        options.queryTimeout = try positive("query.timeout", values) ?? options.queryTimeout
        options.maxSamples = try values.positiveInteger("query.max-samples") ?? options.maxSamples
        options.queryLogFile = values.text("query.log-file")
        options.maxMemory = try values.bytes("query.max-memory")
        options.maxTotalMemory = try values.bytes("query.max-total-memory")
        options.queryCacheBytes =
            try values.byteSize("query.cache-size").map { Int($0) } ?? options.queryCacheBytes
        options.concurrency = try values.positiveInteger("query.max-concurrency") ?? options.concurrency
        let features = FeatureSwitches(values.all("enable-feature"))
        options.delaysNameRemoval = features.delaysNameRemoval
        options.sync = try values.choice("storage.tsdb.wal-sync", ServerOptions.Sync.self) ?? options.sync
        options.retentionTime = try values.duration("storage.tsdb.retention.time") ?? 0
        options.retentionSize = try values.byteSize("storage.tsdb.retention.size") ?? 0
        options.seriesLimit = try values.positiveInteger("storage.series-limit")
        options.seriesWarning = try values.positiveInteger("storage.series-warning-level")
        options.labelLimits.count = try values.positiveInteger("storage.label-limit") ?? 0
        options.labelLimits.nameLength = try values.positiveInteger("storage.label-name-length-limit") ?? 0
        options.labelLimits.valueLength = try values.positiveInteger("storage.label-value-length-limit") ?? 0
        options.logLevel = try values.choice("log.level", Logger.Level.self) ?? options.logLevel
        options.flags = values.effective
        options.remarks =
            values.givenWithoutEffect.map { "--\($0.name) has no effect: \($0.reason)" } + features.remarks
        return options
    }

    private static func positive(_ name: String, _ values: FlagValues) throws(UsageError) -> Int64? {
        guard let value = try values.duration(name) else { return nil }
        if value > 0 { return value }
        throw UsageError("flag --\(name) must be above 0")
    }
}
