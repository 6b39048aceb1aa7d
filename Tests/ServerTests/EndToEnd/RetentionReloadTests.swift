import Foundation
import HTTP
import Model
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    /// What a reload changes below `storage` and of `evaluation_interval`.
    @Suite(.serialized) struct RetentionReloadTests {
        @Test func reloadChangesWhatIsKept() throws {
            let folder = try TestFolder()
            try folder.write("global: {evaluation_interval: 7s}\n", to: "empty.yml")
            let server = try TestServer(
                in: folder,
                [
                    "--config.file=empty.yml", "--web.enable-lifecycle", "--storage.tsdb.retention.size=2GB",
                ])
            #expect(try retention(server) == "2GiB")
            let flags = try server.json("/api/v1/status/flags")["data"]
            #expect(flags?["storage.tsdb.retention.size"]?.string == "2GB")
            #expect(flags?["storage.tsdb.retention.time"]?.string == "0s")
            #expect(try limits(server) == ["seconds 0", "bytes 2147483648", "percentage 0"])
            #expect(try subqueryPoints(server) == "9")

            try folder.write(
                """
                global: {evaluation_interval: 10s}
                storage:
                  tsdb:
                    retention: {time: 36h, size: 512MB, rules: [{match: '{job="debug"}', time: 6h}]}
                """, to: "empty.yml")
            #expect(try server.post("/-/reload").status == 200)
            #expect(try retention(server) == "1d12h or 512MiB")
            #expect(try limits(server) == ["seconds 129600", "bytes 536870912", "percentage 0"])
            #expect(try subqueryPoints(server) == "6")

            try folder.write("storage: {tsdb: {retention: {percentage: 101}}}", to: "empty.yml")
            let refused = try server.post("/-/reload")
            #expect(refused.status == 500)
            #expect(String(decoding: refused.body, as: UTF8.self).contains("must be in the range [0, 100], got 101"))
            #expect(try retention(server) == "1d12h or 512MiB")
            #expect(server.stop().code == 0)
        }

        private func retention(_ server: TestServer) throws -> String {
            try server.json("/api/v1/status/runtimeinfo")["data"]?["storageRetention"]?.string ?? ""
        }

        private func limits(_ server: TestServer) throws -> [String] {
            let page = try server.text("/metrics").split(separator: "\n")
            return ["seconds", "bytes", "percentage"].flatMap { unit in
                let name = "prometheus_tsdb_retention_limit_\(unit) "
                return page.filter { $0.hasPrefix(name) }.map { "\(unit) \($0.dropFirst(name.count))" }
            }
        }

        /// Points of a subquery over a minute without a step: one per evaluation interval.
        private func subqueryPoints(_ server: TestServer) throws -> String {
            let answer = try server.json("/api/v1/query?time=1000000&query=count_over_time(vector(1)%5B1m:%5D)")
            return answer["data"]?["result"]?.array?.first?["value"]?.array?.last?.string ?? ""
        }
    }
}
