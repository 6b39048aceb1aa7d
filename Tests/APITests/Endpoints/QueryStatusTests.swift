import Foundation
import Model
import Platform
import TestSupport
import Testing

@testable import API
@testable import HTTP

/// Queries that run can be seen and ended.
@Suite struct QueryStatusTests {
    private func list(_ fixture: APIFixture, _ name: String) throws -> [[String: Any]] {
        let data = try fixture.get("/api/v1/status/queries").json()["data"] as? [String: Any]
        return try #require(data?[name] as? [[String: Any]])
    }

    /// Asks until there is something in the list.
    private func waitFor(_ fixture: APIFixture, _ name: String) throws -> [[String: Any]] {
        let deadline = SystemTime().monotonicNanoseconds() + 10_000_000_000
        while SystemTime().monotonicNanoseconds() < deadline {
            let found = try list(fixture, name)
            if !found.isEmpty { return found }
        }
        return []
    }

    @Test(arguments: Transport.allCases)
    func endedQueriesAreListed(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        _ = try fixture.get("/api/v1/query", [("query", "up"), ("time", "900")])
        _ = try fixture.post(
            "/api/v1/query_range", [("query", "sum(up)"), ("start", "0"), ("end", "60"), ("step", "15")])
        _ = try fixture.get("/api/v1/query", [("query", "up(")])
        #expect(try list(fixture, "running").isEmpty)
        let recent = try list(fixture, "recent")
        #expect(recent.map { $0["query"] as? String } == ["up(", "sum(up)", "up"])
        #expect(recent.map { $0["state"] as? String } == ["failed", "done", "done"])
        #expect((recent[0]["error"] as? String)?.contains("parse error") == true)
        #expect(recent[1]["kind"] as? String == "range")
        #expect(recent[1]["step"] as? Int == 15)
        #expect(recent[2]["kind"] as? String == "instant")
        #expect(recent[2]["time"] as? Int == 900)
        #expect(recent[2]["series"] as? Int == 2)
        #expect(recent[2]["client"] as? String == (transport == .socket ? "127.0.0.1" : ""))
        #expect(Set(recent.map { $0["id"] as? String }).count == 3)
        #expect(try list(fixture, "costliest").count == 3)
    }

    @Test func runningQueriesAreEnded() throws {
        let fixture = try QueryTests.fixture(.socket)
        fixture.gate.close()
        let client = try SocketClient(fixture.address)
        // A query with a pattern is never answered at once, on the thread that serves the connections.
        try client.send("GET", "/api/v1/query?query=up%7Bjob%3D~%22.*%22%7D", headers: [("User-Agent", "test/1")])
        let running = try waitFor(fixture, "running")
        #expect(running.first?["userAgent"] as? String == "test/1")
        let identifier = try #require(running.first?["id"] as? String)
        #expect(try fixture.send("DELETE", "/api/v1/status/queries/x").status == 404)
        #expect(
            try fixture.send("DELETE", "/api/v1/status/queries/\(identifier)").text
                == #"{"status":"success","data":{}}"#)
        fixture.gate.open()
        let reply = try client.receive()
        #expect(reply.status == 499)
        #expect(try reply.json()["errorType"] as? String == "canceled")
        let again = try fixture.send("DELETE", "/api/v1/status/queries/\(identifier)")
        #expect(again.status == 404)
        #expect(try again.json()["errorType"] as? String == "not_found")
    }

    /// The client's going away ends its query, in the middle of one series.
    @Test func closedConnectionsEndQueries() throws {
        let fixture = try QueryTests.fixture(.socket)
        let times = (0..<20_000).map { Int64($0) * 1000 }
        fixture.source.add(Labels(["__name__": "one"]), times: times, values: times.map { Double($0) / 7 })
        var client: SocketClient? = try SocketClient(fixture.address)
        try client?.send(
            "GET", "/api/v1/query_range?query=stddev_over_time(one%5B6h%5D)&start=0&end=20000&step=2")
        #expect(try !waitFor(fixture, "running").isEmpty)
        client = nil
        let begin = SystemTime().monotonicNanoseconds()
        let recent = try waitFor(fixture, "recent")
        let milliseconds = (SystemTime().monotonicNanoseconds() - begin) / 1_000_000
        #expect(recent.first?["state"] as? String == "cancelled")
        // 100 ms in a release build on a machine at rest.
        #expect(milliseconds < 3000)
    }

    @Test func statisticsHavePrometheusKeys() throws {
        let fixture = try QueryTests.fixture()
        func statistics(_ stats: String, _ query: String) throws -> [String: Any] {
            let reply = try fixture.get(
                "/api/v1/query_range",
                [("query", query), ("start", "300"), ("end", "360"), ("step", "30"), ("stats", stats)])
            let data = try reply.json()["data"] as? [String: Any]
            return try #require(data?["stats"] as? [String: Any])
        }
        let all = try statistics("all", "up")
        let timings = try #require(all["timings"] as? [String: Any])
        #expect(
            Set(timings.keys) == [
                "evalTotalTime", "resultSortTime", "queryPreparationTime", "innerEvalTime", "execQueueTime",
                "execTotalTime",
            ])
        let samples = try #require(all["samples"] as? [String: Any])
        #expect(samples["totalQueryableSamples"] as? Int == 6)
        #expect(samples["totalQueryableSamplesPerStep"] as? [[Int]] == [[300, 2], [330, 2], [360, 2]])
        for (query, perStep) in [
            ("sum(rate(up[1m]))", 8), ("up @ 300", 2), ("max_over_time(up[1m:5s])", 24), ("up + up", 4), ("1", 0),
        ] {
            let samples = try statistics("all", query)["samples"] as? [String: Any]
            let steps = try #require(samples?["totalQueryableSamplesPerStep"] as? [[Int]])
            #expect(steps.map { $0[1] } == [perStep, perStep, perStep], "\(query)")
            #expect(samples?["totalQueryableSamples"] as? Int == perStep * 3, "\(query)")
        }
        let short = try #require(statistics("true", "up")["samples"] as? [String: Any])
        #expect(short["totalQueryableSamplesPerStep"] == nil)
        #expect(short["totalQueryableSamples"] as? Int == 6)
    }
}
