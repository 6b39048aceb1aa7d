import Telemetry

/// The limits that hold.
enum RetentionMetrics {
    static func register(on registry: MetricRegistry, _ options: @escaping @Sendable () -> DatabaseOptions) {
        registry.computed("prometheus_tsdb_retention_limit_seconds", "How long to retain samples in storage.") {
            let retention = options().retention
            return retention == .max ? 0 : Double(retention) / 1000
        }
        registry.computed(
            "prometheus_tsdb_retention_limit_bytes",
            "Max number of bytes to be retained in the tsdb blocks, configured 0 means disabled"
        ) { Double(options().retentionBytes) }
        registry.computed(
            "prometheus_tsdb_retention_limit_percentage",
            "Max percentage of total storage space to be retained in the tsdb blocks, configured 0 means disabled"
        ) { options().retentionPercentage }
    }
}
