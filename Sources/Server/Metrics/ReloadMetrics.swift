import Model
import Telemetry

/// How loading the configuration went.
struct ReloadMetrics: Sendable {
    private let registry: MetricRegistry
    private let successful: Gauge
    private let successTime: Gauge

    /// Sections that a configuration may have without effect.
    private static let sections = ["alerting", "rule_files"]

    init(_ registry: MetricRegistry) {
        self.registry = registry
        successful = registry.gauge(
            "prometheus_config_last_reload_successful",
            "Whether the last configuration reload attempt was successful.")
        successTime = registry.gauge(
            "prometheus_config_last_reload_success_timestamp_seconds",
            "Timestamp of the last successful configuration reload.")
    }

    func failed() { successful.set(0) }

    func succeeded(at milliseconds: Int64, ignoring ignored: [String]) {
        successful.set(1)
        successTime.set(Double(milliseconds) / 1000)
        for section in Self.sections {
            registry.gauge(
                "apus_config_section_without_effect",
                "Whether the configuration has this section, which is accepted but has no effect yet.",
                labels: Labels(["section": section])
            ).set(ignored.contains(section) ? 1 : 0)
        }
    }
}
