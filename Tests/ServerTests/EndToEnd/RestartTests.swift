import Foundation
import HTTP
import Model
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    @Suite(.serialized) struct RestartTests {
        /// What range queries say about the time before `end`: by query and series, as values that can be compared.
        private static func answers(_ server: TestServer, until end: Double) throws -> [String: [String: JSONValue]] {
            var result: [String: [String: JSONValue]] = [:]
            for query in ["{job=\"apus\"}", "rate(prometheus_http_requests_total[10s])", "scrape_samples_scraped"] {
                for series in try server.range(query, start: end - 10, end: end, step: 0.2) {
                    guard case .object(let labels)? = series["metric"] else { continue }
                    let name = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.string ?? "")" }
                    result[query, default: [:]][name.joined(separator: ",")] = series["values"]
                }
            }
            return result
        }

        /// A pipe among the journal's segments holds the replay until something is written to it.
        @Test func duringReplayItIsAliveButNotReadyAndEndsCleanly() throws {
            let folder = try TestFolder()
            _ = try TestServer(in: folder).stop()
            let pipe = folder.url.appendingPathComponent("data/wal/journal/00000099.wal")
            #expect(mkfifo(pipe.path, 0o600) == 0)
            let program = try Program(Program.apus, ["serve", "--web.listen-address=127.0.0.1:0"], in: folder.url)
            let base = try eventually("it says where it listens: \(program.errors)") { () -> String? in
                guard program.output.contains("\n"), let start = program.output.range(of: "http://") else { return nil }
                return String(program.output[start.lowerBound...].prefix { $0 != "\n" && $0 != "," })
            }
            func get(_ path: String) throws -> (status: Int, text: String) {
                let reply = try HTTPClient.send(OutgoingRequest(url: base + path))
                return (reply.status, String(decoding: reply.body, as: UTF8.self))
            }
            for _ in 0..<3 {
                let ready = try get("/-/ready")
                #expect(ready.status == 503)
                #expect(ready.text.contains("replaying the log: 0 of 0 segments"), "\(ready.text)")
                #expect(try get("/-/healthy").status == 200)
                #expect(try get("/api/v1/query?query=up").status == 503)
                #expect(try get("/api/v1/labels").status == 503)
            }
            program.signal(SIGTERM)
            let result = program.wait()
            #expect(result.code == 0)
            #expect(result.errors.contains("ended"), "\(result.errors)")
            try FileManager.default.removeItem(at: pipe)
            let again = try TestServer(in: folder)
            #expect(try again.get("/-/ready").status == 200)
        }

        private static let configuration = """
            global: {scrape_interval: 200ms, scrape_timeout: 200ms}
            scrape_configs: [{job_name: apus, static_configs: [{targets: ['127.0.0.1:PORT']}]}]
            """

        @Test(arguments: [SIGKILL, SIGTERM])
        func nothingCommittedIsLost(signal: Int32) throws {
            let folder = try TestFolder()
            // A server without targets tells which port is free; the one under test then scrapes itself there.
            let port = try TestServer(in: folder, ["--storage.tsdb.path=probe"]).base.split(separator: ":").last ?? ""
            try folder.write(
                Self.configuration.replacingOccurrences(of: "PORT", with: port), to: "self.yml")
            let arguments = ["--config.file=self.yml", "--web.listen-address=127.0.0.1:\(port)"]
            let server = try TestServer(in: folder, arguments)
            _ = try eventually("ten scrapes") {
                Int(try server.instant("count_over_time(up[1m])")["apus"] ?? "") ?? 0 >= 10 ? true : nil
            }
            let end = ((Date().timeIntervalSince1970 - 0.3) * 1000).rounded() / 1000
            let before = try Self.answers(server, until: end)
            #expect(before["{job=\"apus\"}"]?.isEmpty == false)
            server.program.signal(signal)
            let result = server.program.wait()
            #expect(result.code == (signal == SIGTERM ? 0 : SIGKILL))

            let again = try TestServer(in: folder, arguments)
            #expect(try Self.answers(again, until: end) == before)
        }
    }
}
