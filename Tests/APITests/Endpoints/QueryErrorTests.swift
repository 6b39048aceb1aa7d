import Foundation
import TestSupport
import Testing

@testable import API
@testable import HTTP

@Suite struct QueryErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var path: String
        var parameters: [(String, String)]
        var status: Int
        var type: String
        var message: String

        init(_ path: String, _ parameters: [(String, String)], _ status: Int, _ type: String, _ message: String) {
            (self.path, self.parameters, self.status, self.type, self.message) = (
                path, parameters, status, type, message
            )
        }

        var testDescription: String { "\(path) \(parameters)" }
    }

    static func range(_ changes: [(String, String)]) -> [(String, String)] {
        var result = [("query", "up"), ("start", "0"), ("end", "10"), ("step", "1")]
        for (name, value) in changes {
            result.removeAll { $0.0 == name }
            result.append((name, value))
        }
        return result
    }

    static let cases: [Case] = [
        Case(
            "/query", [("query", "up +")], 400, "bad_data",
            #"invalid parameter "query": 1:5: parse error: unexpected end of input"#),
        Case("/query", [], 400, "bad_data", #"invalid parameter "query": "#),
        Case(
            "/query", [("query", "1"), ("time", "yesterday")], 400, "bad_data",
            #"invalid parameter "time": cannot parse "yesterday" to a valid timestamp"#),
        Case(
            "/query", [("query", "1"), ("time", "NaN")], 400, "bad_data", #"cannot parse "NaN" to a valid timestamp"#),
        Case("/query", [("query", "1"), ("time", "1e300")], 400, "bad_data", "to a valid timestamp"),
        Case(
            "/query", [("query", "1"), ("timeout", "soon")], 400, "bad_data",
            #"invalid parameter "timeout": cannot parse "soon" to a valid duration"#),
        Case(
            "/query", [("query", "1"), ("limit", "-1")], 400, "bad_data",
            #"invalid parameter "limit": limit must be non-negative"#),
        Case("/query", [("query", "1"), ("limit", "x")], 400, "bad_data", #"invalid parameter "limit": "#),
        Case(
            "/query_range", range([("step", "0")]), 400, "bad_data",
            #"invalid parameter "step": zero or negative query resolution step widths are not accepted. "#
                + "Try a positive integer"),
        Case("/query_range", range([("step", "-1")]), 400, "bad_data", "zero or negative query resolution"),
        Case("/query_range", range([("step", "")]), 400, "bad_data", #"cannot parse "" to a valid duration"#),
        Case("/query_range", range([("step", "NaN")]), 400, "bad_data", #"cannot parse "NaN" to a valid duration"#),
        Case(
            "/query_range", range([("step", "1e15")]), 400, "bad_data",
            #"cannot parse "1e15" to a valid duration. It overflows int64"#),
        Case("/query_range", range([("start", "")]), 400, "bad_data", #"cannot parse "" to a valid timestamp"#),
        Case(
            "/query_range", range([("end", "-1")]), 400, "bad_data",
            #"invalid parameter "end": end timestamp must not be before start timestamp"#),
        Case(
            "/query_range", range([("end", "11001")]), 400, "bad_data",
            "exceeded maximum resolution of 11,000 points per timeseries. "
                + "Try decreasing the query resolution (?step=XX)"),
        Case(
            "/query_range", range([("query", "up[5m]")]), 400, "bad_data",
            #"invalid parameter "query": invalid expression type"#),
        Case(
            "/query", [("query", "up + on() group_left() up"), ("time", "900")], 422, "execution",
            "found duplicate series"),
        Case("/query_exemplars", [("query", "1"), ("start", "2"), ("end", "1")], 400, "bad_data", "end timestamp"),
    ]

    @Test(arguments: cases)
    func errorsAreAsPrometheusHasThem(one: Case) throws {
        for transport in Transport.allCases {
            let fixture = try QueryTests.fixture(transport)
            let reply = try fixture.get("/api/v1" + one.path, one.parameters)
            #expect(reply.status == one.status)
            #expect(reply.headers["content-type"] == "application/json")
            let json = try reply.json()
            #expect(json["status"] as? String == "error")
            #expect(json["errorType"] as? String == one.type)
            let message = json["error"] as? String ?? ""
            #expect(message.contains(one.message), "\(message)")
        }
    }

    @Test func elevenThousandPointsAreTaken() throws {
        let fixture = try QueryTests.fixture()
        let reply = try fixture.get("/api/v1/query_range", Self.range([("end", "11000")]))
        #expect(reply.status == 200)
    }

    @Test(arguments: Transport.allCases)
    func unknownPathsAreJSON(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        let reply = try fixture.get("/api/v1/nothing")
        #expect(reply.status == 404)
        #expect(try reply.json()["errorType"] as? String == "not_found")
        let wrong = try fixture.post("/api/v1/targets")
        #expect(wrong.status == 405)
        #expect(wrong.headers["allow"] == "GET, HEAD, OPTIONS")
    }

    @Test(arguments: Transport.allCases)
    func notReadyIsUnavailable(transport: Transport) throws {
        let fixture = try QueryTests.fixture(transport)
        fixture.readiness.value = .starting("replaying the log: 3 of 8 segments")
        for path in ["/query", "/query_range", "/labels", "/series", "/label/job/values"] {
            let reply = try fixture.get("/api/v1" + path, [("query", "1")])
            #expect(reply.status == 503)
            #expect(try reply.json()["errorType"] as? String == "unavailable")
        }
        #expect(try fixture.get("/api/v1/status/buildinfo").status == 200)
    }

    /// The client's going away reaches the engine.
    @Test func goneClientCancelsItsQuery() throws {
        let fixture = try QueryTests.fixture()
        let client = ClientConnection()
        client.markGone()
        let request = Request(
            .get, "/api/v1/query",
            parameters: Parameters([("query", "count_over_time(up[1h:1s])"), ("time", "900")]), client: client)
        let response = fixture.router.respond(to: request)
        #expect(response.status == 499)
    }
}
