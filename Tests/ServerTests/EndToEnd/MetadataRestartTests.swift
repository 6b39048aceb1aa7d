import Foundation
import Model
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    /// What a target said about its metrics outlives the server, and the target.
    @Suite(.serialized) struct MetadataRestartTests {
        @Test func metadataSurvives() throws {
            let (folder, other) = (try TestFolder(), try TestFolder())
            let exporter = try TestServer(in: other)
            let address = exporter.base.dropFirst("http://".count)
            try folder.write(
                """
                global: {scrape_interval: 200ms, scrape_timeout: 200ms}
                scrape_configs: [{job_name: other, static_configs: [{targets: ['\(address)']}]}]
                """, to: "other.yml")
            let first = try TestServer(in: folder, ["--config.file=other.yml"])
            let before = try eventually("the target was scraped") {
                let found = try answers(first)
                return found.families.isEmpty ? nil : found
            }
            #expect(before.families["prometheus_tsdb_head_series"] != nil)
            #expect(before.targets.count == before.families.count)
            #expect(first.stop().code == 0)
            _ = exporter.stop()
            let second = try TestServer(in: folder, ["--config.file=other.yml"])
            #expect(try answers(second) == before)
            // It lists blocks, of which there are none yet.
            #expect(FileManager.default.fileExists(atPath: folder.url.path + "/data/catalog.sqlite"))
            #expect(second.stop().code == 0)
        }

        private struct Answers: Equatable {
            var families: [String: JSONValue]
            var targets: [JSONValue]
        }

        private func answers(_ server: TestServer) throws -> Answers {
            guard case .object(let families)? = try server.json("/api/v1/metadata")["data"] else {
                return Answers(families: [:], targets: [])
            }
            let targets = try server.json("/api/v1/targets/metadata")["data"]?.array ?? []
            return Answers(families: families, targets: targets)
        }
    }
}
