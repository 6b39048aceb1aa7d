import Foundation
import HTTP
import Model
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    @Suite(.serialized) struct RefusalTests {
        @Test func portInUse() throws {
            let folder = try TestFolder()
            let server = try TestServer(in: folder)
            let address = server.base.dropFirst("http://".count)
            let result = try folder.run(["serve", "--web.listen-address=\(address)", "--storage.tsdb.path=other"])
            #expect(result.code == 1)
            #expect(result.errors.contains("\(address)"), "\(result.errors)")
            #expect(result.errors.contains("--web.listen-address"), "\(result.errors)")
            #expect(result.errors.contains("\(server.program.identifier)"), "\(result.errors)")
        }

        @Test func dataDirectoryInUse() throws {
            let folder = try TestFolder()
            let server = try TestServer(in: folder)
            let result = try folder.run(["serve", "--web.listen-address=127.0.0.1:0"])
            #expect(result.code == 1)
            #expect(result.errors.contains("process \(server.program.identifier)"), "\(result.errors)")
        }

        @Test func dataDirectoryInOtherUse() throws {
            let folder = try TestFolder()
            try FileManager.default.createDirectory(
                at: folder.url.appendingPathComponent("home"), withIntermediateDirectories: true)
            try folder.write("dear diary", to: "home/letter.txt")
            let result = try folder.run(
                ["serve", "--web.listen-address=127.0.0.1:0", "--storage.tsdb.path=home"])
            #expect(result.code == 1)
            #expect(result.errors.contains("no Apus data directory (it has letter.txt)"), "\(result.errors)")
            let left = try FileManager.default.contentsOfDirectory(
                atPath: folder.url.appendingPathComponent("home").path)
            #expect(left == ["letter.txt"])
        }

        @Test func badConfigurationAtTheStart() throws {
            let folder = try TestFolder()
            try folder.write("scrape_configs:\n  - job_nam: a\n", to: "prometheus.yml")
            let result = try folder.run(["serve", "--web.listen-address=127.0.0.1:0"])
            #expect(result.code == 1)
            #expect(result.errors.contains("prometheus.yml:2:5: field job_nam not found in type"), "\(result.errors)")
        }

        @Test func missingConfiguration() throws {
            let result = try TestFolder().run(["serve", "--config.file=nowhere.yml"])
            #expect(result.code == 1)
            #expect(result.errors.contains("nowhere.yml"), "\(result.errors)")
            #expect(result.errors.contains("--config.file"), "\(result.errors)")
        }

        @Test func badConfigurationOnReloadKeepsTheOld() throws {
            let folder = try TestFolder()
            let good = "scrape_configs: [{job_name: first, static_configs: [{targets: ['127.0.0.1:1']}]}]"
            try folder.write(good, to: "prometheus.yml")
            let server = try TestServer(in: folder, ["--web.enable-lifecycle"])
            #expect(server.program.output.contains("configuration: prometheus.yml (jobs: 1, targets: 1)"))
            func pools() throws -> [String] {
                try server.json("/api/v1/targets")["data"]?["activeTargets"]?.array?
                    .compactMap { $0["scrapePool"]?.string } ?? []
            }
            func metric(_ name: String) throws -> String? {
                try server.text("/metrics").split(separator: "\n").first { $0.hasPrefix(name + " ") }
                    .map { String($0.dropFirst(name.count + 1)) }
            }
            let successful = "prometheus_config_last_reload_successful"
            #expect(try metric(successful) == "1")

            try folder.write("scrape_configs: [{job_name: second}, {job_name: second}]", to: "prometheus.yml")
            let reply = try server.post("/-/reload")
            #expect(reply.status == 500)
            #expect(String(decoding: reply.body, as: UTF8.self).contains("found multiple scrape configs"))
            #expect(try pools() == ["first"])
            #expect(try metric(successful) == "0")

            try folder.write(good.replacingOccurrences(of: "first", with: "third"), to: "prometheus.yml")
            server.program.signal(SIGHUP)
            _ = try eventually("SIGHUP loads the file") { try pools() == ["third"] ? true : nil }
            // The targets change before the reload is over.
            _ = try eventually("the reload counts") { try metric(successful) == "1" ? true : nil }
        }

        @Test func debiansConfigurationLoads() throws {
            let folder = try TestFolder()
            try folder.write(
                """
                global:
                  scrape_interval:     15s
                  evaluation_interval: 15s
                  external_labels:
                      monitor: 'example'
                alerting:
                  alertmanagers:
                  - static_configs:
                    - targets: ['localhost:9093']
                rule_files:
                scrape_configs:
                  - job_name: 'prometheus'
                    scrape_interval: 5s
                    scrape_timeout: 5s
                    static_configs:
                      - targets: ['localhost:9090']
                  - job_name: node
                    static_configs:
                      - targets: ['localhost:9100']
                """, to: "prometheus.yml")
            let server = try TestServer(in: folder)
            let targets = try server.json("/api/v1/targets")["data"]?["activeTargets"]?.array
            #expect(targets?.compactMap { $0["scrapePool"]?.string } == ["node", "prometheus"])
            // Said loudly: in the log, on the page and as a metric.
            #expect(server.program.errors.contains("alerting"))
            #expect(try server.text("/").contains("alerting"))
            #expect(
                try server.text("/metrics").contains("apus_config_section_without_effect{section=\"alerting\"} 1"))
        }
    }
}
