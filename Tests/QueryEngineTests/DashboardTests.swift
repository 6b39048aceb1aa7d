import Model
import QueryEngine
import TestSupport
import Testing

/// The queries of ordinary dashboards.
struct DashboardTests {
    private static let queries = [
        #"100 - (avg by (cpu) (rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100)"#,
        "100 * (1 - ((node_memory_MemAvailable_bytes or node_memory_Buffers_bytes + node_memory_Cached_bytes "
            + "+ node_memory_MemFree_bytes) / node_memory_MemTotal_bytes))",
        "rate(node_disk_read_bytes_total[5m])",
        #"sum(rate(node_network_receive_bytes_total{device!="lo"}[5m])) by (device)"#,
        "topk(5, node_filesystem_avail_bytes)",
        "histogram_quantile(0.9, sum by (le) (rate(prometheus_http_request_duration_seconds_bucket[5m])))",
    ]

    private static let expectations: [[String: Double]] = [
        [#"{cpu="0"}"#: 20, #"{cpu="1"}"#: 60],
        [#"{instance="a"}"#: 75],
        [#"{device="sda"}"#: 100],
        [#"{device="eth0"}"#: 60, #"{device="eth1"}"#: 10],
        Dictionary(
            uniqueKeysWithValues: (2...6).map {
                (#"{__name__="node_filesystem_avail_bytes", mountpoint="/\#($0)"}"#, Double($0))
            }),
        ["{}": 0.9],
    ]

    @Test(arguments: zip(queries, expectations)) func gives(_ query: String, _ expected: [String: Double]) throws {
        let engine = Engine(source: Self.source(), options: EngineOptions(), clock: ManualTime())
        let result = try engine.range(query, start: 600_000, end: 1_200_000, step: 60_000)
        guard case .matrix(let series) = result.value else {
            Issue.record("no matrix")
            return
        }
        #expect(Set(series.map(\.labels.description)) == Set(expected.keys))
        for one in series {
            #expect(one.times == Array(stride(from: 600_000, through: 1_200_000, by: 60_000)))
            let wanted = try #require(expected[one.labels.description])
            #expect(one.values.allSatisfy { ($0 - wanted).magnitude < 1e-9 })
        }
    }

    /// Twenty minutes at 15 s; counters grow by `rate` per second.
    private static func source() -> MemorySeriesSource {
        let source = MemorySeriesSource()
        func counter(_ name: String, _ labels: [String: String], rate: Double) {
            add(name, labels) { Double($0) * rate * 15 }
        }
        func gauge(_ name: String, _ labels: [String: String], _ value: Double) { add(name, labels) { _ in value } }
        func add(_ name: String, _ labels: [String: String], _ value: (Int) -> Double) {
            let all = Labels([Label("__name__", name)] + labels.map { Label($0.key, $0.value) })
            source.add(all, times: (0...80).map { Int64($0) * 15_000 }, values: (0...80).map(value))
        }
        for (cpu, idle) in [("0", 0.8), ("1", 0.4)] {
            counter("node_cpu_seconds_total", ["cpu": cpu, "mode": "idle"], rate: idle)
            counter("node_cpu_seconds_total", ["cpu": cpu, "mode": "user"], rate: 1 - idle)
        }
        for (name, value) in [("Buffers", 5), ("Cached", 10), ("MemFree", 10), ("MemTotal", 100)] {
            gauge("node_memory_\(name)_bytes", ["instance": "a"], Double(value))
        }
        counter("node_disk_read_bytes_total", ["device": "sda"], rate: 100)
        for (device, rate) in [("lo", 5.0), ("eth0", 60), ("eth1", 10)] {
            counter("node_network_receive_bytes_total", ["device": device], rate: rate)
        }
        for index in 1...6 {
            gauge("node_filesystem_avail_bytes", ["mountpoint": "/\(index)"], Double(index))
        }
        for (bound, rate) in [("0.5", 5.0), ("1.0", 10), ("+Inf", 10)] {
            let name = "prometheus_http_request_duration_seconds_bucket"
            counter(name, ["le": bound, "handler": "/a"], rate: rate)
            counter(name, ["le": bound, "handler": "/b"], rate: rate * 2)
        }
        return source
    }
}
