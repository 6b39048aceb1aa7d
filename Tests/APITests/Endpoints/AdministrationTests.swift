import Model
import TestSupport
import Testing

@testable import API

/// The requests and answers of Prometheus's administration, as `prometheus` 3 gives them.
@Suite struct AdministrationTests {
    private struct Failure: Error, CustomStringConvertible { let description: String }

    /// What was asked of the store, in words.
    private final class Calls: Sendable {
        let all = Shared<[String]>([])
        let failure = Shared<String?>(nil)

        func note(_ call: String) throws {
            all.value.append(call)
            if let text = failure.value { throw Failure(description: text) }
        }

        var administration: Administration {
            Administration(
                delete: { matchers, start, end in
                    let start = start == .min ? "min" : "\(start)"
                    let end = end == .max ? "max" : "\(end)"
                    try self.note("delete \(matchers.map(\.description)) \(start) \(end)")
                },
                cleanTombstones: { try self.note("clean") },
                snapshot: {
                    try self.note("snapshot \($0)")
                    return "20261120T082205Z-4287e201b4afbcfc"
                })
        }
    }

    private static let base = "/api/v1/admin/tsdb/"

    @Test(arguments: APIFixture.Transport.allCases) func itIsOffByDefault(transport: APIFixture.Transport) throws {
        let fixture = try APIFixture(transport)
        for path in ["delete_series", "clean_tombstones", "snapshot"] {
            let reply = try fixture.post(Self.base + path)
            #expect(reply.status == 500)
            #expect(reply.text == #"{"status":"error","errorType":"unavailable","error":"admin APIs disabled"}"#)
        }
    }

    @Test(arguments: APIFixture.Transport.allCases, ["POST", "PUT"])
    func deletions(transport: APIFixture.Transport, method: String) throws {
        let calls = Calls()
        let fixture = try APIFixture(transport, administration: calls.administration)
        let reply = try fixture.send(
            method, Self.base + "delete_series",
            url: [("match[]", "up"), ("start", "1.5"), ("match[]", #"{job=~"a.*"}"#), ("end", "1970-01-01T00:00:10Z")])
        #expect(reply.status == 204)
        #expect(reply.body.isEmpty)
        #expect(try fixture.send(method, Self.base + "delete_series", form: [("match[]", "{}")]).status == 204)
        #expect(
            calls.all.value == [
                #"delete ["__name__=\"up\""] 1500 10000"#, #"delete ["job=~\"a.*\""] 1500 10000"#, "delete [] min max",
            ])
        #expect(try fixture.send("GET", Self.base + "delete_series", url: [("match[]", "up")]).status == 405)
    }

    @Test func refusals() throws {
        let calls = Calls()
        let fixture = try APIFixture(administration: calls.administration)
        for (path, parameters, expected) in [
            ("delete_series", [], "no match[] parameter provided"),
            (
                "delete_series", [("match[]", "up"), ("start", "x")],
                #"invalid parameter \"start\": Invalid time value for 'start': cannot parse \"x\" to a valid timestamp"#
            ),
            (
                "delete_series", [("match[]", "up{")],
                #"invalid parameter \"match[]\": 1:4: parse error: unexpected end of input inside braces"#
            ),
            (
                "snapshot", [("skip_head", "x")],
                #"invalid parameter \"skip_head\": unable to parse boolean: strconv.ParseBool: "#
                    + #"parsing \"x\": invalid syntax"#
            ),
        ] as [(String, [(String, String)], String)] {
            let reply = try fixture.post(Self.base + path, parameters)
            #expect(reply.status == 400)
            #expect(reply.text == #"{"status":"error","errorType":"bad_data","error":"\#(expected)"}"#)
        }
        #expect(calls.all.value.isEmpty)
    }

    @Test func snapshotAndCleaning() throws {
        let calls = Calls()
        let fixture = try APIFixture(administration: calls.administration)
        let answer = #"{"status":"success","data":{"name":"20261120T082205Z-4287e201b4afbcfc"}}"#
        #expect(try fixture.post(Self.base + "snapshot").text == answer)
        #expect(try fixture.send("PUT", Self.base + "snapshot", url: [("skip_head", "true")]).text == answer)
        #expect(try fixture.post(Self.base + "clean_tombstones").status == 204)
        #expect(calls.all.value == ["snapshot false", "snapshot true", "clean"])
        calls.failure.value = "disk is full"
        for (path, text) in [
            ("snapshot", "create snapshot: disk is full"), ("clean_tombstones", "disk is full"),
            ("delete_series?match[]=up", "disk is full"),
        ] {
            let parts = path.split(separator: "?")
            let reply = try fixture.send(
                "POST", Self.base + parts[0], url: parts.count > 1 ? [("match[]", "up")] : [])
            #expect(reply.status == 500)
            #expect(reply.text == #"{"status":"error","errorType":"internal","error":"\#(text)"}"#)
        }
        fixture.readiness.value = .starting("3 of 8")
        #expect(try fixture.post(Self.base + "snapshot").status == 503)
    }
}
