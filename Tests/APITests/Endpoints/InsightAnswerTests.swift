import Foundation
import HTTP
import Model
import Platform
import QueryEngine
import Telemetry
import TestSupport
import Testing

@testable import API

/// `explain`, `analyze` and the query log.
@Suite struct InsightAnswerTests {
    private func data(_ path: String, _ parameters: [(String, String)]) throws -> [String: Any] {
        let reply = try QueryTests.fixture().get(path, parameters)
        #expect(reply.status == 200)
        return try #require(reply.json()["data"] as? [String: Any])
    }

    @Test func explainEvaluatesNothing() throws {
        for (path, type) in [("/api/v1/query", "vector"), ("/api/v1/query_range", "matrix")] {
            let data = try data(
                path,
                [
                    ("query", "sum by (job) (rate(up[1m]))"), ("start", "300"), ("end", "360"), ("step", "30"),
                    ("time", "360"), ("explain", "1"),
                ])
            #expect(data["resultType"] as? String == type)
            #expect((data["result"] as? [Any])?.isEmpty == true)
            let plan = try #require(data["explain"] as? [String: Any])
            #expect(plan["operation"] as? String == "sum by (job)")
            let child = try #require((plan["children"] as? [[String: Any]])?.first)
            #expect(child["operation"] as? String == "rate")
            #expect(child["detail"] as? String == "up[1m]")
            #expect((child["estimate"] as? [String: Any])?["series"] as? Int == 2)
            #expect(child["actual"] == nil)
        }
    }

    @Test func analyzeStandsBesideTheAnswer() throws {
        let data = try data("/api/v1/query", [("query", "up == 7"), ("time", "600"), ("analyze", "true")])
        #expect((data["result"] as? [Any])?.isEmpty == true)
        let plan = try #require(data["analysis"] as? [String: Any])
        #expect(plan["reasons"] as? [String] == ["== dropped all of the 2 series that it got"])
        let child = try #require((plan["children"] as? [[String: Any]])?.first)
        let actual = try #require(child["actual"] as? [String: Any])
        #expect(actual["series"] as? Int == 2)
        #expect(actual["points"] as? Int == 2)
        #expect(actual["seconds"] as? Double != nil)
        #expect(try self.data("/api/v1/query", [("query", "up"), ("time", "600")])["analysis"] == nil)
    }

    @Test func queriesAreLogged() throws {
        let files = SimulatedFileSystem(seed: 1)
        let clock = ManualTime(wallMilliseconds: 1_600_000_000_000)
        let log = QueryLog(files: files, clock: clock, logger: Logger(minimum: .error, clock: clock) { _ in })
        let source = MemorySeriesSource()
        source.add(Labels(["__name__": "up"]), times: [0, 1000], values: [1, 1])
        source.add(Labels(["__name__": "down"]), times: [1000], values: [1])
        let engine = Engine(source: source, options: EngineOptions(), clock: clock)
        let service = QueryService(engine: engine, clock: clock) { log.write($0, $1) }
        defer { service.stop() }
        func run(_ text: String, _ times: QueryCall.Times) {
            let ended = Monitor(false)
            let client = QueryCall.Client(address: "10.1.1.1", userAgent: "x", method: "GET", path: "/api/v1/query")
            service.submit(QueryCall(text, times, client: client)) { _, _ in
                ended.withLock { $0 = true }
                ended.notifyAll()
            }
            ended.wait { $0 ? () : nil }
        }
        run("1", .instant(0))
        log.open("queries.log")
        run("up", .range(start: 0, end: 2000, step: 1000))
        run("up(", .instant(1000))
        run("-{__name__=~\"up|down\"}", .instant(1000))
        // What rotates logs renames the file; the next lines go to a new one.
        try files.rename("queries.log", to: "queries.log.1")
        run("2", .instant(0))
        log.open("queries.log")
        run("3", .instant(0))
        log.open(nil)
        run("4", .instant(0))

        let lines = try String(decoding: files.contents(of: "queries.log.1"), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 4)
        let first = try #require(JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        let params = try #require(first["params"] as? [String: Any])
        #expect(params["query"] as? String == "up")
        #expect(params["end"] as? String == "1970-01-01T00:00:02.000Z")
        #expect(params["step"] as? Int == 1)
        #expect(first["ts"] as? String == "2020-09-13T12:26:40.000Z")
        let samples = (first["stats"] as? [String: Any])?["samples"] as? [String: Any]
        #expect(samples?["totalQueryableSamples"] as? Int == 3)
        #expect((first["cost"] as? [String: Any])?["series"] as? Int == 1)
        #expect((first["httpRequest"] as? [String: Any])?["clientIP"] as? String == "10.1.1.1")
        let second = try #require(JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any])
        #expect((second["error"] as? String)?.contains("parse error") == true)
        // Of a query that fails what it had done counts.
        let failed = try #require(JSONSerialization.jsonObject(with: Data(lines[2].utf8)) as? [String: Any])
        #expect((failed["error"] as? String)?.contains("same labelset") == true)
        let read = (failed["stats"] as? [String: Any])?["samples"] as? [String: Any]
        #expect((read?["samplesRead"] as? Int ?? 0) >= 2)
        #expect(read?["seriesSelected"] as? Int == 2)
        #expect(try String(decoding: files.contents(of: "queries.log"), as: UTF8.self).contains("\"query\":\"3\""))
    }

    /// What Grafana's ad-hoc filters send: a form of 300 kB with one pattern.
    @Test func longAlternationsAreFast() throws {
        let fixture = try APIFixture(.socket)
        for number in 0..<200 {
            fixture.source.add(
                Labels(["__name__": "up", "instance": "instance-\(number * 100):9100"]), times: [900_000], values: [1])
        }
        let names = (0..<10_000).map { "instance-\($0):9100-with-a-longer-name" }
        let pattern = (names + ["instance-500:9100"]).joined(separator: "|")
        #expect(pattern.utf8.count > 300_000)
        var best = UInt64.max
        for _ in 0..<3 {
            let begin = SystemTime().monotonicNanoseconds()
            let reply = try fixture.post(
                "/api/v1/query", [("query", "up{instance=~\"\(pattern)\"}"), ("time", "900")])
            best = min(best, (SystemTime().monotonicNanoseconds() - begin) / 1_000_000)
            #expect(reply.text.contains("instance-500:9100"))
            #expect(reply.text.components(separatedBy: "\"metric\"").count == 2)
        }
        // Tens of milliseconds in a release build; tests run without optimisation, many at once.
        #expect(best < 8000)
    }

    @Test func hugePatternsAreRefused() throws {
        let reply = try QueryTests.fixture().post(
            "/api/v1/query", [("query", "up{job=~\"(\(String(repeating: "a", count: 1000)){500}){500}\"}")])
        #expect(reply.status == 400)
        #expect(reply.text.contains("error parsing regexp"))
    }
}
