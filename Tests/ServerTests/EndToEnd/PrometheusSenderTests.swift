import Foundation
import HTTP
import Model
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    /// The sender that people have: a real Prometheus writes what it scrapes from itself.
    @Suite(.serialized) struct PrometheusSenderTests {
        private static let prometheus = Program.find("prometheus")

        /// Raw samples by label set.
        private static func samples(_ base: String, until end: Double) throws -> [String: JSONValue] {
            let query = PercentText.encode("{job=\"itself\"}[3s]")
            let url = "\(base)/api/v1/query?query=\(query)&time=\(end)"
            let answer = try JSONReader.read(HTTPClient.send(OutgoingRequest(url: url)).body)
            var samples: [String: JSONValue] = [:]
            for series in answer["data"]?["result"]?.array ?? [] {
                guard case .object(let labels)? = series["metric"] else { continue }
                let name = labels.map { "\($0)=\($1.string ?? "")" }.sorted().joined(separator: ",")
                samples[name] = series["values"]
            }
            return samples
        }

        @Test(.enabled(if: prometheus != nil, "prometheus is not on PATH: make peers installs it"))
        func whatPrometheusSendsIsThere() throws {
            let folder = try TestFolder()
            let probe = try TestServer(in: folder, ["--storage.tsdb.path=probe"])
            let port = probe.base.split(separator: ":").last ?? ""
            _ = probe.stop()
            try folder.write("{}", to: "apus.yml")
            let server = try TestServer(in: folder, ["--config.file=apus.yml", "--web.enable-remote-write-receiver"])
            try folder.write(
                """
                global: {scrape_interval: 500ms, scrape_timeout: 500ms}
                scrape_configs: [{job_name: itself, static_configs: [{targets: ["127.0.0.1:\(port)"]}]}]
                remote_write:
                  - url: \(server.base)/api/v1/write
                    queue_config: {batch_send_deadline: 100ms, min_shards: 4, max_shards: 4}
                """, to: "prometheus.yml")
            let sender = try Program(
                #require(Self.prometheus),
                [
                    "--config.file=prometheus.yml", "--web.listen-address=127.0.0.1:\(port)",
                    "--storage.tsdb.path=sender",
                ],
                in: folder.url)
            _ = try eventually("a scrape arrives: \(sender.errors)", within: 40) {
                try server.instant("up{job=\"itself\"}") == ["itself": "1"] ? true : nil
            }
            let end = Date().timeIntervalSince1970 + 3
            _ = try eventually("scrapes go on arriving", within: 40) {
                let newest = try server.instant("timestamp(up{job=\"itself\"})")["itself"].flatMap { Double($0) }
                return newest ?? 0 > end + 1 ? true : nil
            }
            let sent = try Self.samples("http://127.0.0.1:\(port)", until: end)
            #expect(sent.count > 100)
            _ = try eventually("both have the same samples") {
                try Self.samples(server.base, until: end) == sent ? true : nil
            }
            // Four shards, and yet all is stored as a scrape would be.
            let metrics = try server.text("/metrics")
            #expect(metrics.contains("\napus_tsdb_timelines 1\n"))
            sender.signal(SIGTERM)
            _ = sender.wait()
            let result = server.stop()
            #expect(result.code == 0, "\(result.errors)")
        }
    }
}
