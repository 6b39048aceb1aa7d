import Foundation
import Model
import TestSupport
import Testing

@testable import API
@testable import HTTP

typealias Transport = APIFixture.Transport

@Suite struct QueryTests {
    static func fixture(_ transport: Transport = .direct) throws -> APIFixture {
        let fixture = try APIFixture(transport)
        fixture.addExamples()
        return fixture
    }

    /// Grafana's "save and test".
    @Test(arguments: Transport.allCases, ["GET", "POST", "POST with URL"])
    func saveAndTest(transport: Transport, method: String) throws {
        let fixture = try Self.fixture(transport)
        let parameters = [("query", "1+1"), ("time", "4")]
        let reply =
            switch method {
            case "GET": try fixture.get("/api/v1/query", parameters)
            case "POST": try fixture.post("/api/v1/query", parameters)
            default: try fixture.send("POST", "/api/v1/query", url: parameters, form: [])
            }
        #expect(reply.status == 200)
        #expect(reply.headers["content-type"] == "application/json")
        #expect(reply.text == #"{"status":"success","data":{"resultType":"scalar","result":[4,"2"]}}"#)
    }

    @Test(arguments: Transport.allCases)
    func formComesBeforeURL(transport: Transport) throws {
        let reply = try Self.fixture(transport).send(
            "POST", "/api/v1/query", url: [("time", "5.5"), ("query", "3")],
            form: [("query", "2"), ("customParameter", "x")])
        #expect(reply.text.contains(#""result":[5.500,"2"]"#))
    }

    @Test(arguments: Transport.allCases)
    func instantVectors(transport: Transport) throws {
        let reply = try Self.fixture(transport).get("/api/v1/query", [("query", "up"), ("time", "900")])
        #expect(reply.text.hasPrefix(#"{"status":"success","data":{"resultType":"vector","result":[{"metric":"#))
        #expect(
            reply.text.contains(
                #"{"metric":{"__name__":"up","instance":"a:9100","job":"node"},"value":[900,"1"]}"#))
        let data = try reply.json()["data"] as? [String: Any]
        #expect((data?["result"] as? [Any])?.count == 2)
    }

    @Test func timeDefaultsToNow() throws {
        let reply = try Self.fixture().get("/api/v1/query", [("query", "time()")])
        #expect(reply.text.contains(#"[1000,"1000"]"#))
    }

    @Test(arguments: ["900", "9e2", "900.0004", "1970-01-01T00:15:00Z", "1970-01-01T01:15:00.0+01:00"])
    func timesAreReadInAllForms(time: String) throws {
        let reply = try Self.fixture().get("/api/v1/query", [("query", "1"), ("time", time)])
        #expect(reply.text.contains(#"[900,"1"]"#))
    }

    @Test func labelsAreEscaped() throws {
        let reply = try Self.fixture().get("/api/v1/query", [("query", "requests_total"), ("time", "900")])
        #expect(reply.text.contains(#""path":"/\"x\"\n\\\u0001é""#))
        let data = try reply.json()["data"] as? [String: Any]
        let metric = ((data?["result"] as? [[String: Any]])?.first?["metric"] as? [String: String]) ?? [:]
        #expect(metric["path"] == "/\"x\"\n\\\u{1}é")
    }

    @Test(arguments: Transport.allCases, ["GET", "POST"])
    func rangeQueries(transport: Transport, method: String) throws {
        let fixture = try Self.fixture(transport)
        let parameters = [("query", "sum(up)"), ("start", "0"), ("end", "60.5"), ("step", "30"), ("timeout", "2m")]
        let reply =
            try method == "GET"
            ? fixture.get("/api/v1/query_range", parameters) : fixture.post("/api/v1/query_range", parameters)
        #expect(
            reply.text == #"{"status":"success","data":{"resultType":"matrix","result":["#
                + #"{"metric":{},"values":[[0,"1"],[30,"1"],[60,"1"]]}]}}"#)
    }

    @Test func stepsOfHalfASecondAndInWords() throws {
        let fixture = try Self.fixture()
        for step in ["0.5", "500ms"] {
            let reply = try fixture.get(
                "/api/v1/query_range", [("query", "time()"), ("start", "1"), ("end", "2"), ("step", step)])
            #expect(reply.text.contains(#"[[1,"1"],[1.500,"1.5"],[2,"2"]]"#))
        }
    }

    @Test func longAnswersAreStreamed() throws {
        let fixture = try APIFixture(.socket)
        let times = (0..<10_000).map { Int64($0) * 1000 }
        for series in 0..<20 {
            fixture.source.add(
                .init(["__name__": "m", "s": "\(series)"]), times: times, values: times.map(Double.init))
        }
        let reply = try fixture.get(
            "/api/v1/query_range", [("query", "m"), ("start", "0"), ("end", "9999"), ("step", "1")])
        #expect(reply.headers["transfer-encoding"] == "chunked")
        let data = try reply.json()["data"] as? [String: Any]
        let result = data?["result"] as? [[String: Any]] ?? []
        #expect(result.count == 20)
        #expect(result.allSatisfy { ($0["values"] as? [[Any]])?.count == 10_000 })
        let direct = try APIFixture(.direct)
        for series in 0..<20 {
            direct.source.add(.init(["__name__": "m", "s": "\(series)"]), times: times, values: times.map(Double.init))
        }
        let whole = try direct.get(
            "/api/v1/query_range", [("query", "m"), ("start", "0"), ("end", "9999"), ("step", "1")])
        #expect(whole.body == reply.body)
    }

    @Test func limitCutsAndSaysSo() throws {
        let fixture = try Self.fixture()
        let reply = try fixture.get("/api/v1/query", [("query", "up"), ("time", "900"), ("limit", "1")])
        let json = try reply.json()
        #expect(((json["data"] as? [String: Any])?["result"] as? [Any])?.count == 1)
        #expect(json["warnings"] as? [String] == ["results truncated due to limit"])
        let enough = try fixture.get("/api/v1/query", [("query", "up"), ("time", "900"), ("limit", "2")])
        #expect(try enough.json()["warnings"] == nil)
    }

    @Test func lookbackCanBeChosen() throws {
        let fixture = try Self.fixture()
        func count(_ lookback: String) throws -> Int {
            let reply = try fixture.get(
                "/api/v1/query", [("query", "up"), ("time", "960"), ("lookback_delta", lookback)])
            return ((try reply.json()["data"] as? [String: Any])?["result"] as? [Any])?.count ?? -1
        }
        #expect(try count("30s") == 0)
        #expect(try count("61") == 2)
        #expect(try count("0") == 2)
    }

    @Test func statisticsOnDemand() throws {
        let fixture = try Self.fixture()
        let reply = try fixture.get("/api/v1/query", [("query", "up"), ("time", "900"), ("stats", "true")])
        let data = try reply.json()["data"] as? [String: Any]
        let samples = (data?["stats"] as? [String: Any])?["samples"] as? [String: Any]
        #expect(samples?["peakSamples"] is Int)
        #expect(try !fixture.get("/api/v1/query", [("query", "up")]).text.contains("stats"))
    }

    @Test func expressionsArePrintedAndTaken() throws {
        let fixture = try Self.fixture()
        let printed = try fixture.get("/api/v1/format_query", [("query", "sum  (up)by(job)")])
        #expect(try printed.json()["data"] as? String == "sum by (job) (up)")
        let tree = try fixture.post("/api/v1/parse_query", [("query", "up")])
        #expect((try tree.json()["data"] as? [String: Any])?["type"] as? String == "vectorSelector")
    }

    /// Grafana asks for exemplars of "test" with times in milliseconds.
    @Test(arguments: Transport.allCases)
    func exemplarsAreEmpty(transport: Transport) throws {
        let reply = try Self.fixture(transport).post(
            "/api/v1/query_exemplars", [("query", "test"), ("start", "1763600000000"), ("end", "1763603600000")])
        #expect(reply.text == #"{"status":"success","data":[]}"#)
    }
}
