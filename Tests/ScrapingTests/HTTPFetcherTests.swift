import Foundation
import HTTP
import Platform
import Testing

@Suite struct HTTPFetcherTests {
    /// Polls until so many exchanges are finished; what came of each, the body as text.
    private func finish(_ fetcher: HTTPFetcher, _ count: Int) -> [UInt64: Result<String, HTTPClientError>] {
        var results: [UInt64: Result<String, HTTPClientError>] = [:]
        let deadline = Date().addingTimeInterval(10)
        while results.count < count, Date() < deadline {
            fetcher.poll(milliseconds: 100) { id, outcome in
                results[id] = outcome.map { "\($0.status) \($0.body.text)" }
            }
        }
        return results
    }

    @Test func fetchesSeveralAtOnceAndKeepsTheConnections() throws {
        let server = try SocketServer { SocketServer.reply($0.line) }
        defer { server.stop() }
        let fetcher = try HTTPFetcher()
        fetcher.keepConnections(8)
        for round in 0..<3 {
            for id in 0..<8 { fetcher.start(OutgoingRequest(url: "\(server.url)/\(round)/\(id)"), id: UInt64(id)) }
            let results = finish(fetcher, 8)
            for id in 0..<8 { #expect(try results[UInt64(id)]?.get() == "200 GET /\(round)/\(id)") }
        }
        #expect(server.connectionCount == 8)
    }

    @Test func unpacksGzip() throws {
        // "up 1\n", packed by gzip -9.
        let packed = try #require(Data(base64Encoded: "H4sIAAAAAAACAystUDDkAgBykOqCBQAAAA=="))
        let server = try SocketServer { request in
            request.header("Accept-Encoding") == "gzip"
                ? SocketServer.reply([UInt8](packed), headers: ["Content-Encoding: gzip"])
                : SocketServer.reply("up 2\n")
        }
        defer { server.stop() }
        let fetcher = try HTTPFetcher()
        var request = OutgoingRequest(url: server.url)
        fetcher.start(request, id: 1)
        #expect(try finish(fetcher, 1)[1]?.get() == "200 up 1\n")
        request.acceptsCompression = false
        fetcher.start(request, id: 2)
        #expect(try finish(fetcher, 1)[2]?.get() == "200 up 2\n")
    }

    @Test func oneSilentServerDoesNotHoldUpTheOthers() throws {
        let silent = try SocketServer { _ in nil }
        let server = try SocketServer { _ in SocketServer.reply("up 1\n") }
        defer {
            silent.stop()
            server.stop()
        }
        let fetcher = try HTTPFetcher()
        var request = OutgoingRequest(url: silent.url)
        request.timeout = 100
        fetcher.start(request, id: 1)
        fetcher.start(OutgoingRequest(url: server.url), id: 2)
        fetcher.start(OutgoingRequest(url: "http://127.0.0.1:1/"), id: 3)
        fetcher.start(OutgoingRequest(url: "no scheme at all ://"), id: 4)
        let results = finish(fetcher, 4)
        #expect(throws: HTTPClientError.self) { try results[1]?.get() }
        #expect(try results[2]?.get() == "200 up 1\n")
        #expect(throws: HTTPClientError.self) { try results[3]?.get() }
        #expect(throws: HTTPClientError.self) { try results[4]?.get() }
    }

    @Test func wakeEndsTheWait() throws {
        let fetcher = try HTTPFetcher()
        let began = Date()
        Foundation.Thread.detachNewThread { fetcher.wake() }
        fetcher.poll(milliseconds: 10_000) { _, _ in }
        #expect(Date().timeIntervalSince(began) < 5)
    }
}
