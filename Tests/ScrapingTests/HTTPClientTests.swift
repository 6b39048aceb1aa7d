import HTTP
import Testing

@Suite struct HTTPClientTests {
    @Test func sendsAndReceives() throws {
        let server = try SocketServer { request in
            SocketServer.reply(
                "\(request.line)|\(request.header("X-Test") ?? "")|\(String(decoding: request.body, as: UTF8.self))"
            )
        }
        defer { server.stop() }
        var request = OutgoingRequest(url: server.url + "/a?b=c")
        request.headers = [("X-Test", "yes")]
        let reply = try HTTPClient.send(request)
        #expect(reply.status == 200)
        #expect(reply.contentType == "text/plain; version=0.0.4")
        #expect(String(decoding: reply.body, as: UTF8.self) == "GET /a?b=c|yes|")

        request.method = "POST"
        request.body = [UInt8]("query=up".utf8)
        #expect(
            String(decoding: try HTTPClient.send(request).body, as: UTF8.self) == "POST /a?b=c|yes|query=up")
    }

    @Test func followsRedirectsAndKeepsTheStatus() throws {
        let server = try SocketServer { request in
            request.line == "GET /old"
                ? SocketServer.reply("", status: "302 Found", headers: ["Location: /new"])
                : SocketServer.reply("gone", status: "404 Not Found")
        }
        defer { server.stop() }
        let reply = try HTTPClient.send(OutgoingRequest(url: server.url + "/old"))
        #expect(reply.status == 404)
        #expect(reply.body == [UInt8]("gone".utf8))
    }

    @Test func refusedConnectionNamesURLAndReason() {
        let error = #expect(throws: HTTPClientError.self) {
            try HTTPClient.send(OutgoingRequest(url: "http://127.0.0.1:1/metrics"))
        }
        #expect(
            error?.description
                == "Get \"http://127.0.0.1:1/metrics\": dial tcp 127.0.0.1:1: connect: connection refused")
    }

    @Test func unknownHostIsNamed() {
        let error = #expect(throws: HTTPClientError.self) {
            try HTTPClient.send(OutgoingRequest(url: "http://no-such-host.invalid/metrics"))
        }
        #expect(
            error?.description
                == "Get \"http://no-such-host.invalid/metrics\": dial tcp: lookup no-such-host.invalid: no such host"
        )
    }

    @Test func silentServerTimesOut() throws {
        let server = try SocketServer { _ in nil }
        defer { server.stop() }
        var request = OutgoingRequest(url: server.url + "/metrics")
        request.timeout = 50
        let error = #expect(throws: HTTPClientError.self) { try HTTPClient.send(request) }
        #expect(error?.isTimeout == true)
        #expect(
            error?.description
                == "Get \"\(request.url)\": context deadline exceeded (no complete answer within 50ms)")
    }

    @Test func largeBodyIsRefused() throws {
        let server = try SocketServer { _ in SocketServer.reply(String(repeating: "x", count: 1001)) }
        defer { server.stop() }
        var request = OutgoingRequest(url: server.url)
        request.maxBodyBytes = 1000
        let error = #expect(throws: HTTPClientError.self) { try HTTPClient.send(request) }
        #expect(error?.description == "Get \"\(server.url)\": body size limit exceeded (1000 bytes)")
        request.maxBodyBytes = 1001
        #expect(try HTTPClient.send(request).body.count == 1001)
    }

    @Test func otherSchemesAreRefused() {
        #expect(throws: HTTPClientError.self) {
            try HTTPClient.send(OutgoingRequest(url: "file:///etc/hostname"))
        }
    }
}
