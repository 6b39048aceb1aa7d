import Foundation
import TestSupport
import Testing

@testable import API
@testable import HTTP

@Suite struct StatusTests {
    @Test(arguments: Transport.allCases)
    func buildInformation(transport: Transport) throws {
        let fixture = try APIFixture(transport)
        let data = try fixture.get("/api/v1/status/buildinfo").json()["data"] as? [String: Any]
        #expect(data?["version"] as? String == "3.14.0")
        #expect(data?["apusVersion"] as? String == "0.1.0")
        #expect(data?["features"] == nil)
        for key in ["revision", "branch", "buildUser", "buildDate", "goVersion"] { #expect(data?[key] is String) }
        // Some versions of Grafana try POST first and take 405 for "use GET".
        #expect(try fixture.post("/api/v1/status/buildinfo").status == 405)
    }

    @Test func emptyListsForWhatIsNotThereYet() throws {
        let fixture = try APIFixture()
        #expect(
            try fixture.get("/api/v1/rules", [("type", "alert")]).text == #"{"status":"success","data":{"groups":[]}}"#)
        #expect(try fixture.get("/api/v1/alerts").text == #"{"status":"success","data":{"alerts":[]}}"#)
        #expect(try fixture.get("/api/v1/alertmanagers").json()["data"] is [String: Any])
    }

    @Test func flagsAndRuntime() throws {
        let fixture = try APIFixture(lifecycle: true)
        let flags = try fixture.get("/api/v1/status/flags").json()["data"] as? [String: String]
        #expect(flags == ["web.enable-lifecycle": "true"])
        let runtime = try fixture.get("/api/v1/status/runtimeinfo").json()["data"] as? [String: String]
        #expect(runtime?["serverTime"] == "1970-01-01T00:16:40.000Z")
        #expect(runtime?["CWD"] == FileManager.default.currentDirectoryPath)
    }

    @Test(arguments: Transport.allCases)
    func targets(transport: Transport) throws {
        let fixture = try APIFixture(transport)
        let data = try fixture.get("/api/v1/targets").json()["data"] as? [String: Any]
        let active = data?["activeTargets"] as? [[String: Any]] ?? []
        #expect(active.count == 2)
        #expect(active.first?["health"] as? String == "down")
        #expect(active.first?["lastScrape"] as? String == "0001-01-01T00:00:00Z")
        #expect(active.last?["lastScrape"] as? String == "1970-01-01T00:16:39.500Z")
        #expect(active.last?["lastScrapeDuration"] as? Double == 0.0125)
        #expect(active.last?["scrapeInterval"] as? String == "15s")
        #expect(active.last?["labels"] as? [String: String] == ["instance": "a:9100", "job": "node"])
        #expect(data?["droppedTargets"] is [Any])
        func count(_ parameters: [(String, String)]) throws -> Int? {
            let data = try fixture.get("/api/v1/targets", parameters).json()["data"] as? [String: Any]
            return (data?["activeTargets"] as? [Any])?.count
        }
        #expect(try count([("state", "dropped")]) == 0)
        #expect(try count([("scrapePool", "node")]) == 1)
        #expect(try fixture.get("/api/v1/scrape_pools").text.contains(#""scrapePools":["bad","node"]"#))
    }

    @Test func metadata() throws {
        let fixture = try APIFixture()
        func families(_ parameters: [(String, String)] = []) throws -> [String: [[String: String]]] {
            try fixture.get("/api/v1/metadata", parameters).json()["data"] as? [String: [[String: String]]] ?? [:]
        }
        let all = try families()
        #expect(all["requests_total"] == [["type": "counter", "help": "Requests \"seen\".", "unit": ""]])
        #expect(all["up"]?.count == 2)
        #expect(try families([("limit", "0")]) == all)
        #expect(try families([("limit", "40000")]) == all)
        #expect(try families([("limit", "1")]).keys.sorted() == ["requests_total"])
        #expect(try families([("limit_per_metric", "1")])["up"]?.count == 1)
        #expect(try families([("metric", "up")]).keys.sorted() == ["up"])
        #expect(try fixture.get("/api/v1/metadata", [("limit", "x")]).status == 400)
    }

    @Test func metadataOfTargets() throws {
        let fixture = try APIFixture()
        func list(_ parameters: [(String, String)] = []) throws -> [[String: Any]] {
            try fixture.get("/api/v1/targets/metadata", parameters).json()["data"] as? [[String: Any]] ?? []
        }
        #expect(try list().map { $0["metric"] as? String } == ["requests_total", "up", "up"])
        let one = try list([("metric", "requests_total")])
        #expect(one.count == 1)
        #expect(one.first?["target"] as? [String: String] == ["instance": "a:9100", "job": "node"])
        #expect(one.first?["metric"] == nil)
        #expect(one.first?["type"] as? String == "counter")
        #expect(one.first?["help"] as? String == "Requests \"seen\".")
        #expect(one.first?["unit"] as? String == "")
        #expect(try list([("metric", "up")]).count == 1)
        #expect(try list([("match_target", #"{job="node"}"#)]).count == 3)
        #expect(try list([("match_target", #"{job!="node"}"#)]).isEmpty)
        #expect(try list([("limit", "1")]).count == 3)
        #expect(try list([("limit", "0")]).count == 3)
        #expect(try fixture.get("/api/v1/targets/metadata", [("match_target", "{")]).status == 400)
        #expect(try fixture.get("/api/v1/targets/metadata", [("limit", "x")]).status == 400)
    }

    @Test(arguments: Transport.allCases)
    func readiness(transport: Transport) throws {
        let fixture = try APIFixture(transport)
        for method in ["GET", "HEAD"] {
            #expect(try fixture.send(method, "/-/healthy").status == 200)
            #expect(try fixture.send(method, "/-/ready").status == 200)
        }
        fixture.readiness.value = .starting("replaying the log: 3 of 8 segments")
        let waiting = try fixture.get("/-/ready")
        #expect(waiting.status == 503)
        #expect(waiting.text.contains("3 of 8 segments"))
        #expect(try fixture.send("HEAD", "/-/ready").status == 503)
        #expect(try fixture.get("/-/healthy").status == 200)
        fixture.readiness.value = .stopping
        #expect(try fixture.get("/-/ready").status == 503)
    }

    @Test(arguments: Transport.allCases)
    func lifecycle(transport: Transport) throws {
        let closed = try APIFixture(transport)
        for path in ["/-/reload", "/-/quit"] {
            #expect(try closed.post(path).status == 403)
            #expect(try closed.get(path).status == 405)
        }
        let open = try APIFixture(transport, lifecycle: true)
        #expect(try open.post("/-/reload").status == 200)
        #expect(try open.send("PUT", "/-/reload").status == 200)
        open.reloadOutcome.value = "apus.yml:3:1: unknown key"
        let refused = try open.post("/-/reload")
        #expect(refused.status == 500)
        #expect(refused.text.contains("apus.yml:3:1: unknown key"))
        #expect(try open.post("/-/quit").status == 200)
    }

    @Test(arguments: Transport.allCases)
    func ownMetrics(transport: Transport) throws {
        let reply = try APIFixture(transport).get("/metrics")
        #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(reply.text.contains("# TYPE prometheus_build_info gauge\nprometheus_build_info{"))
        #expect(reply.text.contains(#"version="3.14.0""#))
    }
}
