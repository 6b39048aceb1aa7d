import Model
import Synchronization
import Telemetry

/// Counts, durations and sizes of requests per route, under Prometheus's names. Thread safe.
final class RequestMetrics: Sendable {
    private struct RouteMetrics {
        var duration: Histogram
        var size: Histogram
        var counts: [Int: Counter] = [:]
    }

    private let registry: MetricRegistry
    private let patterns: [String]
    /// By route number; the last one is for what no route takes. Made at a route's first request.
    private let routes: Mutex<[RouteMetrics?]>

    /// Seconds, and bytes.
    private static let durationBounds: [Double] = [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120]
    private static let sizeBounds: [Double] = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    init(registry: MetricRegistry, patterns: [String]) {
        self.registry = registry
        self.patterns = patterns + ["unknown"]
        routes = Mutex(Array(repeating: nil, count: patterns.count + 1))
    }

    func record(route: Int?, status: Int, seconds: Double, bytes: Int) {
        let index = route ?? patterns.count - 1
        let (duration, size, count) = routes.withLock { routes in
            var entry = routes[index] ?? make(patterns[index])
            let count = entry.counts[status] ?? counter(patterns[index], status)
            entry.counts[status] = count
            routes[index] = entry
            return (entry.duration, entry.size, count)
        }
        count.add()
        duration.observe(seconds)
        size.observe(Double(bytes))
    }

    private func make(_ handler: String) -> RouteMetrics {
        let labels = Labels(["handler": handler])
        return RouteMetrics(
            duration: registry.histogram(
                "prometheus_http_request_duration_seconds", "Histogram of latencies for HTTP requests.",
                bounds: Self.durationBounds, labels: labels),
            size: registry.histogram(
                "prometheus_http_response_size_bytes", "Histogram of response size for HTTP requests.",
                bounds: Self.sizeBounds, labels: labels))
    }

    private func counter(_ handler: String, _ status: Int) -> Counter {
        registry.counter(
            "prometheus_http_requests_total", "Counter of HTTP requests.",
            labels: Labels(["code": String(status), "handler": handler]))
    }
}
