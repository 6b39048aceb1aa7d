import Foundation
import PeerSupport
import Synchronization
import Workload

/// Viewers who refresh a dashboard while targets are scraped: how long a panel takes, how late scrapes get.
struct DashboardScenario {
    var workload: Workload
    var viewers = 10
    /// Refreshes, one every five seconds, after a warm-up of as many scrape intervals.
    var refreshes: Int

    struct Result {
        /// Milliseconds.
        var panelP50 = 0.0
        var panelP99 = 0.0
        /// How far the gaps between scrapes of one target are from the interval, 99th percentile, milliseconds.
        var scrapeJitterP99 = 0.0
        var errors = 0
    }

    static let panels: [String] = [
        #"100 - (avg by (cpu) (rate(node_cpu_seconds_total{mode="idle",job="t1"}[1m])) * 100)"#,
        "sum by (job) (rate(node_network_receive_bytes_total[1m]))",
        "sum by (job) (rate(node_network_transmit_bytes_total[1m]))",
        "topk(5, sum by (job) (rate(node_network_receive_bytes_total[1m])))",
        "histogram_quantile(0.9, sum by (le) (rate(node_request_duration_seconds_bucket[1m])))",
        "histogram_quantile(0.99, sum by (le, job) (rate(node_request_duration_seconds_bucket[1m])))",
        "sum by (mode) (rate(node_cpu_seconds_total[1m]))",
        "avg by (pool) (node_memory_pool_usage_ratio)",
        #"node_memory_pool_usage_ratio{job="t2"}"#,
        #"rate(node_cpu_seconds_total{job="t3"}[1m])"#,
        "sum(up)", "count(up == 0)", "avg(scrape_duration_seconds)", "sum(scrape_samples_scraped)",
        "max by (job) (node_filesystem_size_bytes_1)",
        #"sum by (device) (rate(node_network_receive_bytes_total{job="t4"}[1m]))"#,
        #"max_over_time(node_memory_pool_usage_ratio{job="t5"}[2m])"#,
        "quantile(0.95, node_memory_pool_usage_ratio)",
        #"sum by (job) (increase(node_request_duration_seconds_bucket{le="+Inf"}[1m]))"#,
        #"count by (fstype) (node_filesystem_size_bytes_0 > 500000)"#,
    ]

    func run(_ contender: Contender, folder: URL) throws -> Result {
        let generator = try Generator(workload)
        defer { generator.stop() }
        let configuration = folder.appendingPathComponent("scrape.yml")
        try generator.configuration().write(to: configuration, atomically: true, encoding: .utf8)
        let server = try RunningServer(
            contender, configuration: configuration, data: folder.appendingPathComponent("data"), port: freePort())
        defer { server.stop(signal: SIGKILL) }
        usleep(UInt32(workload.interval) * 1000 * 6)
        let outcome = Mutex((times: [Double](), errors: 0))
        let port = server.port
        let refreshes = refreshes
        let group = DispatchGroup()
        for viewer in 0..<viewers {
            let thread = Thread {
                let found = Self.watch(port: port, refreshes: refreshes, delay: Double(viewer) * 5 / 10)
                outcome.withLock {
                    $0.times += found.times
                    $0.errors += found.errors
                }
                group.leave()
            }
            group.enter()
            thread.start()
        }
        group.wait()
        var (times, errors) = outcome.withLock { $0 }
        times.sort()
        var result = Result()
        result.errors = errors
        guard !times.isEmpty else { return result }
        result.panelP50 = times[times.count / 2]
        result.panelP99 = times[times.count * 99 / 100]
        result.scrapeJitterP99 = generator.jitter(percentile: 99)
        return result
    }

    private static func watch(port: UInt16, refreshes: Int, delay: Double) -> (times: [Double], errors: Int) {
        let connection = Connection(port: port)
        var times: [Double] = []
        var errors = 0
        let began = Clock.seconds() + delay
        for refresh in 0..<refreshes {
            let rest = began + Double(refresh) * 5 - Clock.seconds()
            if rest > 0 { usleep(UInt32(rest * 1e6)) }
            let end = Double(Clock.wallMilliseconds() / 5000 * 5)
            for panel in panels {
                let start = Clock.seconds()
                let path = Answers.rangePath(panel, start: end - 900, end: end, step: 5)
                if (try? connection.skim(path))?.status == 200 {
                    times.append((Clock.seconds() - start) * 1000)
                } else {
                    errors += 1
                }
            }
        }
        return (times, errors)
    }
}
