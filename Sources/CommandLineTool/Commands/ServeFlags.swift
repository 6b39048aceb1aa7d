/// The flags of `apus serve`, under Prometheus's names.
enum ServeFlags {
    static let all: [Flag] = working + withoutEffect

    private static let working: [Flag] = [
        Flag(
            "config.file", .value(placeholder: "FILE", default: nil),
            "Configuration; else prometheus.yml in the working directory, else the server scrapes itself."),
        Flag(
            "storage.tsdb.path", .value(placeholder: "DIR", default: "data/"),
            "Data directory, made when it is missing."),
        Flag(
            "web.listen-address", .list(placeholder: "HOST:PORT", default: ["127.0.0.1:9090"]),
            "Where to listen; :9090 is all interfaces, port 0 lets the system choose."),
        Flag("web.enable-lifecycle", .boolean(default: false), "Allow POST /-/reload and /-/quit."),
        Flag(
            "web.enable-admin-api", .boolean(default: false),
            "Allow POST /api/v1/admin/tsdb/{delete_series,clean_tombstones,snapshot}."),
        Flag("web.enable-remote-write-receiver", .boolean(default: false), "Take samples at POST /api/v1/write."),
        Flag(
            "query.lookback-delta", .value(placeholder: "DURATION", default: "5m"),
            "How far back an instant selector looks for a sample."),
        Flag("query.timeout", .value(placeholder: "DURATION", default: "2m"), "Longer queries are ended."),
        Flag(
            "query.max-samples", .value(placeholder: "COUNT", default: "50000000"),
            "Samples one query may hold at once."),
        Flag(
            "query.log-file", .value(placeholder: "FILE", default: nil),
            "Write a line of JSON for each query; else as the configuration's query_log_file says."),
        Flag(
            "enable-feature", .list(placeholder: "NAME,...", default: []),
            "promql-delayed-name-removal drops metric names only at the end of an evaluation."),
        Flag(
            "query.max-memory", .value(placeholder: "BYTES", default: "2GB"),
            "Memory one query may hold, its answer included."),
        Flag(
            "query.max-total-memory", .value(placeholder: "BYTES", default: "4GB"),
            "Memory all queries together may hold."),
        Flag(
            "query.cache-size", .value(placeholder: "BYTES", default: "32MB"),
            "Memory for answers of range queries, of which later ones take the steps that have not changed; 0B keeps "
                + "none."),
        Flag(
            "query.max-concurrency", .value(placeholder: "COUNT", default: "20"),
            "Queries that run at once; others wait, and clients take turns."),
        Flag(
            "storage.tsdb.wal-sync", .value(placeholder: "WHEN", default: "interval"),
            "When commits reach the disk: interval (every second), always, never. None loses anything when only the "
                + "process dies."),
        Flag(
            "storage.tsdb.retention.time", .value(placeholder: "DURATION", default: "0s"),
            "How long samples are kept when the configuration's storage.tsdb.retention does not say; 15d when neither "
                + "this nor the size is given."),
        Flag(
            "storage.tsdb.retention.size", .value(placeholder: "BYTES", default: "0B"),
            "Bytes that all files may take before the oldest blocks go, like 512MB, when the configuration's "
                + "storage.tsdb.retention does not say; 0 is no limit."),
        Flag(
            "storage.series-limit", .value(placeholder: "COUNT", default: nil),
            "New series are refused when there are so many in the head; the others go on."),
        Flag(
            "storage.series-warning-level", .value(placeholder: "COUNT", default: nil),
            "Warn when there are so many series; else at four fifths of the limit."),
        Flag(
            "storage.label-limit", .value(placeholder: "COUNT", default: nil),
            "New series with more labels are refused, the metric name counted."),
        Flag(
            "storage.label-name-length-limit", .value(placeholder: "COUNT", default: nil),
            "New series with a longer label name are refused, in bytes."),
        Flag(
            "storage.label-value-length-limit", .value(placeholder: "COUNT", default: nil),
            "New series with a longer label value are refused, in bytes."),
        Flag("log.level", .value(placeholder: "LEVEL", default: "info"), "debug, info, warn or error."),
        Flag("log.format", .value(placeholder: "FORMAT", default: "logfmt"), "Only logfmt so far."),
    ]

    /// Flags that unit files for Prometheus carry and that change nothing of what the server answers.
    private static let withoutEffect: [Flag] =
        [
            ("web.console.templates", "there are no console templates"),
            ("web.console.libraries", "there are no console templates"),
            ("web.page-title", "the page has a title of its own"),
            ("web.max-connections", "connections are limited by the server itself"),
            ("web.read-timeout", "idle connections end after five minutes"),
            ("storage.tsdb.wal-segment-size", "the log chooses its segments itself"),
            ("storage.tsdb.min-block-duration", "blocks begin with two hours"),
            ("storage.tsdb.max-block-duration", "the store chooses how far blocks are merged"),
            ("storage.tsdb.head-chunks-write-queue-size", "there is no such queue"),
            ("storage.remote.flush-deadline", "there is no remote write yet"),
            ("rules.alert.for-outage-tolerance", "rules are not evaluated yet"),
            ("rules.alert.for-grace-period", "rules are not evaluated yet"),
            ("rules.alert.resend-delay", "rules are not evaluated yet"),
            ("rules.max-concurrent-evals", "rules are not evaluated yet"),
            ("alertmanager.notification-queue-capacity", "rules are not evaluated yet"),
            ("alertmanager.timeout", "rules are not evaluated yet"),
            ("scrape.timestamp-tolerance", "the tolerance is 1 % of the interval, at most 2 ms"),
        ].map { .withoutEffect($0.0, .value(placeholder: "", default: nil), because: $0.1) }
        + [
            ("storage.tsdb.no-lockfile", "the data directory is always locked"),
            ("storage.tsdb.wal-compression", "the log is always compact"),
            ("scrape.adjust-timestamps", "timestamps are always adjusted"),
            ("auto-gomaxprocs", "there is no Go runtime"),
            ("auto-gomemlimit", "there is no Go runtime"),
        ].map { .withoutEffect($0.0, .boolean(default: true), because: $0.1) }
}
