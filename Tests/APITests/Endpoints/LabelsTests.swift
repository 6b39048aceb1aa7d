import Foundation
import Model
import QueryEngine
import TestSupport
import Testing

@testable import API
@testable import HTTP

@Suite struct LabelsTests {
    static func strings(_ reply: Reply) throws -> [String] { try reply.json()["data"] as? [String] ?? [] }

    @Test(arguments: Transport.allCases)
    func names(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        let all = ["__name__", "http.status", "instance", "job", "path"]
        #expect(try Self.strings(fixture.get("/api/v1/labels")) == all)
        #expect(try Self.strings(fixture.post("/api/v1/labels", [("limit", "0")])) == all)
        let some = [("match[]", "up"), ("match[]", #"{__name__=~"requests.*"}"#)]
        #expect(try Self.strings(fixture.get("/api/v1/labels", some)) == ["__name__", "instance", "job", "path"])
        #expect(try Self.strings(fixture.post("/api/v1/labels", some)) == ["__name__", "instance", "job", "path"])
        // Grafana's suggestions: POST without a body, parameters in the URL.
        #expect(try Self.strings(fixture.send("POST", "/api/v1/labels", url: [some[0]], form: [])).count == 3)
    }

    @Test(arguments: Transport.allCases)
    func values(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        #expect(try Self.strings(fixture.get("/api/v1/label/job/values")) == ["apus", "node"])
        let metrics = try fixture.get(
            "/api/v1/label/__name__/values", [("start", "0"), ("end", "1000"), ("limit", "40000")])
        #expect(try Self.strings(metrics) == ["http.requests", "requests_total", "up"])
        #expect(try Self.strings(fixture.get("/api/v1/label/U__http_2e_status/values")) == ["200"])
        #expect(try Self.strings(fixture.get("/api/v1/label/http.status/values")) == ["200"])
        #expect(
            try Self.strings(fixture.get("/api/v1/label/job/values", [("match[]", #"up{instance=~"a.*"}"#)])) == [
                "node"
            ])
        #expect(try fixture.post("/api/v1/label/job/values").status == 405)
    }

    @Test func limitsAreTold() throws {
        let reply = try QueryTests.fixture().get("/api/v1/labels", [("limit", "2")])
        #expect(try Self.strings(reply) == ["__name__", "http.status"])
        #expect(try reply.json()["warnings"] as? [String] == ["results truncated due to limit"])
        let enough = try QueryTests.fixture().get("/api/v1/labels", [("limit", "5")])
        #expect(try enough.json()["warnings"] == nil)
    }

    /// Lists share the memory of queries, and are written bit by bit.
    @Test(arguments: Transport.allCases) func longListsAreBounded(transport: Transport) throws {
        func fixture(memory: Int) throws -> APIFixture {
            var options = EngineOptions()
            options.maxMemory = memory
            let fixture = try APIFixture(transport, options: options)
            for number in 0..<3000 {
                fixture.source.add(
                    Labels(["__name__": "up", "id": "\(number)-" + String(repeating: "x", count: 60)]), times: [1000],
                    values: [1])
            }
            return fixture
        }
        let (small, large) = (try fixture(memory: 100_000), try fixture(memory: 10 << 20))
        for path in ["/api/v1/series", "/api/v1/label/id/values"] {
            let refused = try small.get(path, [("match[]", "up")])
            #expect(refused.status == 422)
            #expect(try refused.json()["errorType"] as? String == "execution")
            let error = try refused.json()["error"] as? String ?? ""
            #expect(error.hasPrefix("query needs too much memory: a list of "), "\(error)")
            let reply = try large.get(path, [("match[]", "up")])
            #expect((try reply.json()["data"] as? [Any])?.count == 3000)
            let some = try large.get(path, [("match[]", "up"), ("limit", "2000")])
            #expect((try some.json()["data"] as? [Any])?.count == 2000)
            #expect(try some.json()["warnings"] as? [String] == ["results truncated due to limit"])
        }
    }

    @Test func namesAreUnescaped() {
        #expect(EscapedName.decode("U__http_2e_status") == "http.status")
        #expect(EscapedName.decode("U__a__b_1F600_") == "a_b\u{1F600}")
        #expect(EscapedName.decode("plain_name") == "plain_name")
        for broken in ["U__a_2e", "U__a_zz_", "U__a_", "U__d800_d800_", "U___110000_"] {
            #expect(EscapedName.decode(broken) == broken)
        }
    }

    @Test(arguments: Transport.allCases)
    func series(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        for reply in [
            try fixture.get("/api/v1/series", [("match[]", "up"), ("limit", "40000")]),
            try fixture.post("/api/v1/series", [("match[]", "up")]),
        ] {
            #expect(
                reply.text == #"{"status":"success","data":["#
                    + #"{"__name__":"up","instance":"a:9100","job":"node"},"#
                    + #"{"__name__":"up","instance":"b:9090","job":"apus"}]}"#)
        }
        let outside = try fixture.get("/api/v1/series", [("match[]", "up"), ("start", "5000"), ("end", "6000")])
        #expect(outside.text == #"{"status":"success","data":[]}"#)
        let all = try fixture.get("/api/v1/series", [("match[]", #"{__name__!=""}"#)])
        #expect((try all.json()["data"] as? [Any])?.count == 4)
    }

    @Test func refusals() throws {
        let fixture = try QueryTests.fixture()
        func refusal(_ path: String, _ parameters: [(String, String)]) throws -> String {
            let reply = try fixture.get("/api/v1" + path, parameters)
            #expect(reply.status == 400)
            return try reply.json()["error"] as? String ?? ""
        }
        #expect(try refusal("/series", []) == "no match[] parameter provided")
        #expect(
            try refusal("/series", [("match[]", "up{")]).hasPrefix(#"invalid parameter "match[]": 1:4: parse error: "#))
        for empty in ["{}", #"{job=""}"#, #"{job=~".*"}"#] {
            #expect(
                try refusal("/labels", [("match[]", empty)]).contains(
                    "match[] must contain at least one non-empty matcher"))
        }
        #expect(try refusal("/labels", [("start", "2"), ("end", "1")]).contains("end timestamp must not be before"))
    }

    /// What Prometheus's Go client sends for "any time".
    @Test func outermostTimesAreTaken() throws {
        let reply = try QueryTests.fixture().get(
            "/api/v1/labels",
            [("start", "-292273086-05-16T16:47:06Z"), ("end", "292277025-08-18T07:12:54.999999999Z")])
        #expect(try Self.strings(reply).count == 5)
        let query = try QueryTests.fixture().get(
            "/api/v1/query", [("query", "up offset 10y"), ("time", "-292273086-05-16T16:47:06Z")])
        #expect(query.status == 200)
    }
}
