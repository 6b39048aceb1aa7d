import Foundation
import HTTP
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    /// The main job on real input: node_exporter's page, and the dashboards people actually have.
    @Suite(.serialized) struct NodeExporterTests {
        private static let exporter = Program.find("prometheus-node-exporter")

        /// A metric that each needs, and the query.
        private static let dashboards: KeyValuePairs = [
            "node_cpu_seconds_total": "100 - (avg by (cpu) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m])) * 100)",
            "": "100 * (1 - ((node_memory_MemAvailable_bytes or node_memory_Buffers_bytes + node_memory_Cached_bytes "
                + "+ node_memory_MemFree_bytes) / node_memory_MemTotal_bytes))",
            "node_disk_read_bytes_total": "rate(node_disk_read_bytes_total[5m])",
            "node_network_receive_bytes_total":
                "sum(rate(node_network_receive_bytes_total{device!=\"lo\"}[5m])) by (device)",
            "node_filesystem_avail_bytes": "topk(5, node_filesystem_avail_bytes)",
            "prometheus_http_request_duration_seconds_bucket":
                "histogram_quantile(0.9, sum by (le) (rate(prometheus_http_request_duration_seconds_bucket[5m])))",
        ]

        @Test(.enabled(if: exporter != nil, "prometheus-node-exporter is not on PATH: make peers installs it"))
        func dashboardsHaveData() throws {
            let folder = try TestFolder()
            let probe = try TestServer(in: folder, ["--storage.tsdb.path=probe"])
            let nodePort = probe.base.split(separator: ":").last ?? ""
            _ = probe.stop()
            let exporter = try Program(
                #require(Self.exporter), ["--web.listen-address=127.0.0.1:\(nodePort)"], in: folder.url)
            let page = try eventually("the exporter answers") {
                try? HTTPClient.send(OutgoingRequest(url: "http://127.0.0.1:\(nodePort)/metrics"))
            }
            let probe2 = try TestServer(in: folder, ["--storage.tsdb.path=probe"])
            let ownPort = probe2.base.split(separator: ":").last ?? ""
            _ = probe2.stop()
            try folder.write(
                """
                global: {scrape_interval: 500ms, scrape_timeout: 500ms}
                scrape_configs:
                  - {job_name: node, static_configs: [{targets: ["127.0.0.1:\(nodePort)"]}]}
                  - {job_name: apus, static_configs: [{targets: ["127.0.0.1:\(ownPort)"]}]}
                """, to: "apus.yml")
            let server = try TestServer(
                in: folder, ["--config.file=apus.yml", "--web.listen-address=127.0.0.1:\(ownPort)"])
            _ = try eventually("both targets are up") {
                try server.instant("up") == ["node": "1", "apus": "1"] ? true : nil
            }
            let known = String(decoding: page.body, as: UTF8.self)
            for (metric, query) in Self.dashboards {
                // A machine without disks or network cards of its own has none to show.
                if metric.hasPrefix("node_"), !known.contains("\n\(metric){") { continue }
                _ = try eventually("data for \(query)") {
                    let now = Date().timeIntervalSince1970
                    return try server.range(query, start: now - 10, end: now, step: 1).isEmpty ? nil : true
                }
            }
            let result = server.stop()
            #expect(result.code == 0, "\(result.errors)")
            exporter.kill()
        }
    }
}
