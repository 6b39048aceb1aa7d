import Model
import Telemetry

/// What scraping says about itself on `/metrics`.
struct ScrapeMetrics: Sendable {
    let outOfOrder: Counter
    let duplicate: Counter
    let outOfBounds: Counter
    let failures: Counter
    let bodySizeLimit: Counter
    let sampleLimit: Counter
    let labelLimits: Counter
    let targetLimit: Counter
    let knownLines: Counter
    let unknownLines: Counter
    private let registry: MetricRegistry

    init(_ registry: MetricRegistry) {
        self.registry = registry
        outOfOrder = registry.counter(
            "prometheus_target_scrapes_sample_out_of_order_total",
            "Total number of samples rejected due to not being out of the expected order.")
        duplicate = registry.counter(
            "prometheus_target_scrapes_sample_duplicate_timestamp_total",
            "Total number of samples rejected due to duplicate timestamps but different values.")
        outOfBounds = registry.counter(
            "prometheus_target_scrapes_sample_out_of_bounds_total",
            "Total number of samples rejected due to timestamp falling outside of the time bounds.")
        bodySizeLimit = registry.counter(
            "prometheus_target_scrapes_exceeded_body_size_limit_total",
            "Total number of scrapes that hit the body size limit")
        sampleLimit = registry.counter(
            "prometheus_target_scrapes_exceeded_sample_limit_total",
            "Total number of scrapes that hit the sample limit and were rejected.")
        labelLimits = registry.counter(
            "prometheus_target_scrape_pool_exceeded_label_limits_total",
            "Total number of times scrape pools hit the label limits, during sync or config reload.")
        targetLimit = registry.counter(
            "prometheus_target_scrape_pool_exceeded_target_limit_total",
            "Total number of times scrape pools hit the target limit, during sync or config reload.")
        failures = registry.counter("apus_scrape_failures_total", "Scrapes that failed for any reason.")
        let lines = "apus_scrape_lines_total"
        let help = "Lines of scraped pages, by whether the target's line cache knew them."
        knownLines = registry.counter(lines, help, labels: Labels(["cache": "hit"]))
        unknownLines = registry.counter(lines, help, labels: Labels(["cache": "miss"]))
    }

    /// The time between the beginnings of two scrapes of a target, by the configured interval
    /// (milliseconds): how far from it, on both sides.
    func intervalLength(_ interval: Int64) -> Histogram {
        registry.histogram(
            "prometheus_target_interval_length_seconds", "Actual intervals between scrapes.",
            bounds: [900, 990, 999, 1001, 1010, 1100, 2000].map { Double(interval * $0) / 1_000_000 },
            labels: Labels(["interval": DurationText.text(interval)]))
    }

    func poolTargetLimit(_ pool: String) -> Gauge {
        registry.gauge(
            "prometheus_target_scrape_pool_target_limit", "Maximum number of targets allowed in this scrape pool.",
            labels: Labels(["scrape_job": pool]))
    }

    func poolTargets(_ pool: String) -> Gauge {
        registry.gauge(
            "prometheus_target_scrape_pool_targets", "Current number of targets in this scrape pool.",
            labels: Labels(["scrape_job": pool]))
    }
}
