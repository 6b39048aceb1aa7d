import Foundation
import Platform
import Synchronization
import Telemetry
import Testing

@testable import HTTP

@Suite struct HTTPServerTests {
    /// Answers with what it got, one `name=value` per line.
    static func echo() -> Router {
        var router = Router()
        for execution in [Router.Execution.inline, .worker] {
            router.add([.get, .post], execution == .inline ? "/inline" : "/worker", execution) { request in
                let lines = request.parameters.pairs.map { "\($0.name)=\($0.value)" }
                return Response(
                    text: (["\(request.method.rawValue) \(request.body.count)"] + lines).joined(separator: "\n"))
            }
        }
        router.add([.get], "/item/:name/part", .inline) { Response(text: $0.pathParameters["name"] ?? "") }
        router.add([.post], "/post-only", .inline) { _ in Response(status: 204) }
        return router
    }

    @Test(arguments: ["/inline", "/worker"])
    func mergesFormAndURLInOrder(path: String) throws {
        let fixture = try ServerFixture(Self.echo())
        let reply = try fixture.send(
            "POST", "\(path)?a=3&b=%26x+y&match%5B%5D=q",
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: "a=1&a=2&match[]=p")
        #expect(reply.status == 200)
        #expect(reply.text == "POST 0\na=1\na=2\nmatch[]=p\na=3\nb=&x y\nmatch[]=q")
    }

    @Test func emptyPostTakesURLParameters() throws {
        let fixture = try ServerFixture(Self.echo())
        let reply = try fixture.send("POST", "/worker?query=up&time=4", body: "")
        #expect(reply.text == "POST 0\nquery=up\ntime=4")
    }

    @Test func keepAliveServesManyRequests() throws {
        let fixture = try ServerFixture(Self.echo())
        let client = try fixture.client()
        for number in 0..<200 {
            let path = number % 2 == 0 ? "/inline" : "/worker"
            try client.send("GET", "\(path)?n=\(number)")
            #expect(try client.receive().text == "GET 0\nn=\(number)")
        }
    }

    @Test func multipartFormsAreRead() throws {
        let fixture = try ServerFixture(Self.echo())
        let large = String(repeating: "v", count: 200_000)
        var body = ""
        for (name, value) in [("query", "up"), ("match[]", large), ("empty", "")] {
            body += "--XX\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        body += "--XX--\r\n"
        let reply = try fixture.send(
            "POST", "/worker?time=1", headers: [("Content-Type", "multipart/form-data; boundary=XX")], body: body)
        #expect(reply.text == "POST 0\nquery=up\nmatch[]=\(large)\nempty=\ntime=1")
    }

    @Test func malformedFormsAreRefused() throws {
        let fixture = try ServerFixture(Self.echo())
        for type in ["multipart/form-data", "multipart/form-data; boundary=XX"] {
            let reply = try fixture.send("POST", "/worker?a=1", headers: [("Content-Type", type)], body: "nonsense")
            #expect(reply.status == 400)
            #expect(try reply.json()["errorType"] as? String == "bad_data")
        }
    }

    @Test func targetsMayNameTheServer() throws {
        let fixture = try ServerFixture(Self.echo())
        #expect(try fixture.send("GET", "http://test/inline?a=/1").text == "GET 0\na=/1")
        #expect(try fixture.send("GET", "http://test").status == 404)
    }

    @Test func rawBodiesStayRaw() throws {
        let fixture = try ServerFixture(Self.echo())
        let reply = try fixture.send(
            "POST", "/worker", headers: [("Content-Type", "application/x-protobuf")], body: "a=1&b=2")
        #expect(reply.text == "POST 7")
    }

    @Test func longURLsAndFormValuesAreTaken() throws {
        let fixture = try ServerFixture(Self.echo())
        let long = String(repeating: "a", count: 128 << 10)
        #expect(try fixture.send("GET", "/inline?m=\(long)").text == "GET 0\nm=\(long)")
        let longer = String(repeating: "%C3%A4", count: 100_000)
        let reply = try fixture.send(
            "POST", "/worker", headers: [("Content-Type", "application/x-www-form-urlencoded")], body: "m=\(longer)")
        #expect(reply.text == "POST 0\nm=\(String(repeating: "ä", count: 100_000))")
    }

    @Test func tooLargeBodiesAreRefused() throws {
        let fixture = try ServerFixture(Self.echo()) { $0.maxBodyBytes = 1000 }
        let announced = try fixture.send("POST", "/inline", body: String(repeating: "x", count: 1001))
        #expect(announced.status == 413)
        #expect(try announced.json()["errorType"] as? String == "bad_data")
        // Without a length the server learns it only on the way.
        let client = try fixture.client()
        try client.send("POST", "/inline", headers: [("Transfer-Encoding", "chunked")])
        let piece = Data("400\r\n".utf8) + Data(repeating: 120, count: 1024) + Data("\r\n".utf8)
        try client.write(piece + piece + Data("0\r\n\r\n".utf8))
        #expect(try client.receive().status == 413)
        #expect(try fixture.send("POST", "/inline", body: String(repeating: "x", count: 1000)).status == 200)
    }

    @Test func headHasLengthAndNoBody() throws {
        let fixture = try ServerFixture(Self.echo())
        let client = try fixture.client()
        for path in ["/inline", "/worker"] {
            try client.send("HEAD", path)
            let reply = try client.receive(isHead: true)
            #expect(reply.status == 200)
            #expect(reply.headers["content-length"] == "6")
        }
        try client.send("GET", "/inline")
        #expect(try client.receive().text == "GET 0")
    }

    @Test func refusalsAreJSON() throws {
        let fixture = try ServerFixture(Self.echo())
        let missing = try fixture.send("GET", "/nothing/here")
        #expect(missing.status == 404)
        #expect(try missing.json()["errorType"] as? String == "not_found")
        #expect(missing.text.contains("page not found"))
        for method in ["GET", "DELETE", "PATCH"] {
            let wrong = try fixture.send(method, "/post-only")
            #expect(wrong.status == 405)
            #expect(wrong.headers["allow"] == "POST, OPTIONS")
            #expect(try wrong.json()["status"] as? String == "error")
        }
        #expect(try fixture.send("OPTIONS", "/anything").status == 204)
    }

    @Test func browsersOfOtherSitesMayRead() throws {
        let fixture = try ServerFixture(Self.echo())
        for path in ["/inline", "/worker", "/nothing"] {
            let reply = try fixture.send("GET", path, headers: [("Origin", "http://x")])
            #expect(reply.headers["access-control-allow-origin"] == "*")
            #expect(try fixture.send("GET", path).headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func pathPartsAreUnescaped() throws {
        let fixture = try ServerFixture(Self.echo())
        #expect(try fixture.send("GET", "/item/a%2Fb%20+/part").text == "a/b +")
        #expect(try fixture.send("GET", "/item//part").status == 404)
        #expect(try fixture.send("GET", "/item/a/b/part").status == 404)
    }

    @Test func requestsAreCounted() throws {
        let fixture = try ServerFixture(Self.echo())
        _ = try fixture.send("GET", "/inline")
        _ = try fixture.send("GET", "/nothing")
        fixture.server.stop(grace: 1000)
        let page = ByteBuffer()
        fixture.registry.write(to: page)
        #expect(page.text.contains("prometheus_http_requests_total{code=\"200\",handler=\"/inline\"} 1\n"))
        #expect(page.text.contains("prometheus_http_requests_total{code=\"404\",handler=\"unknown\"} 1\n"))
        #expect(page.text.contains("prometheus_http_response_size_bytes_bucket{handler=\"/inline\",le=\"100\"} 1\n"))
        #expect(page.text.contains("prometheus_http_request_duration_seconds_count{handler=\"/inline\"} 1\n"))
    }

    @Test func takenPortNamesItsOwner() throws {
        let fixture = try ServerFixture(Self.echo())
        let problem = #expect(throws: HTTPServerError.self) {
            _ = try ServerFixture(Self.echo()) { $0.addresses = [fixture.address] }
        }
        let text = problem?.description ?? ""
        #expect(text.contains("Address already in use by"))
        #expect(text.contains("(pid \(ProcessInfo.processInfo.processIdentifier))"))
        #expect(text.contains("--web.listen-address"))
    }

    @Test func listensOnSeveralAddresses() throws {
        let fixture = try ServerFixture(Self.echo()) { $0.addresses = ["127.0.0.1:0", ":0", "localhost:0"] }
        #expect(Set(fixture.server.addresses).count == 3)
        for address in fixture.server.addresses {
            #expect(!address.hasSuffix(":0"))
            let client = try SocketClient(address)
            try client.send("GET", "/inline")
            #expect(try client.receive().status == 200)
        }
        #expect(throws: HTTPServerError.self) { _ = try ServerFixture(Self.echo()) { $0.addresses = ["nonsense"] } }
        #expect(throws: HTTPServerError.self) {
            _ = try ServerFixture(Self.echo()) { $0.addresses = ["no.such.host.invalid:1"] }
        }
    }
}
