import Compression
import Foundation
import Platform
import Synchronization
import Testing

@testable import HTTP

@Suite struct StreamingTests {
    /// Numbered lines; counts the bytes it was asked for.
    final class Lines: ResponseStream {
        let count: Int
        let written: Written
        var next = 0

        init(_ count: Int, _ written: Written) {
            self.count = count
            self.written = written
        }

        func writePiece(to buffer: ByteBuffer) -> Bool {
            let start = buffer.count
            while next < count, buffer.count - start < responsePieceBytes {
                buffer.append("line \(next)\n")
                next += 1
            }
            written.add(buffer.count - start)
            return next < count
        }
    }

    final class Written: Sendable {
        private let bytes = Atomic(0)
        func add(_ count: Int) { bytes.add(count, ordering: .relaxed) }
        var total: Int { bytes.load(ordering: .relaxed) }
    }

    static func router(_ written: Written = Written()) -> Router {
        var router = Router()
        router.add([.get], "/lines", .worker) { request in
            let count = Int(request.parameters["n"] ?? "") ?? 0
            return Response(contentType: "text/plain", body: .stream(Lines(count, written)))
        }
        return router
    }

    static func lines(_ count: Int) -> String { (0..<count).map { "line \($0)\n" }.joined() }

    @Test func shortStreamsHaveALength() throws {
        let fixture = try ServerFixture(Self.router())
        for count in [0, 1, 1000, 10_000] {
            let reply = try fixture.send("GET", "/lines?n=\(count)")
            #expect(reply.headers["transfer-encoding"] == nil)
            #expect(reply.text == Self.lines(count))
        }
    }

    @Test func longStreamsComeInChunks() throws {
        let fixture = try ServerFixture(Self.router())
        let client = try fixture.client()
        for _ in 0..<2 {
            try client.send("GET", "/lines?n=500000")
            let reply = try client.receive()
            #expect(reply.headers["transfer-encoding"] == "chunked")
            #expect(reply.text == Self.lines(500_000))
        }
    }

    @Test(arguments: [10, 100, 10_000, 500_000])
    func gzipGivesTheSame(count: Int) throws {
        let fixture = try ServerFixture(Self.router())
        let reply = try fixture.send("GET", "/lines?n=\(count)", headers: [("Accept-Encoding", "deflate, gzip;q=0.8")])
        let isWorthIt = Self.lines(count).utf8.count >= 1024
        #expect((reply.headers["content-encoding"] == "gzip") == isWorthIt)
        let plain = ByteBuffer()
        if isWorthIt {
            #expect(reply.headers["vary"] == "Accept-Encoding")
            try reply.body.withUnsafeBytes { try Inflate.decompress($0, limit: 1 << 30, into: plain) }
        } else {
            plain.append(Array(reply.body))
        }
        #expect(plain.text == Self.lines(count))
    }

    @Test func codingsAreNegotiated() {
        #expect(ContentCoding.accepts("gzip", "gzip"))
        #expect(ContentCoding.accepts("gzip", "br, GZIP;q=0.1"))
        #expect(ContentCoding.accepts("gzip", "*"))
        #expect(!ContentCoding.accepts("gzip", "gzip;q=0, *"))
        #expect(!ContentCoding.accepts("gzip", "br"))
        #expect(!ContentCoding.accepts("gzip", ""))
    }

    /// A client that reads slowly holds back the producer: no more than the sockets' buffers and a few pieces
    /// are made.
    @Test func slowReadersHoldBackTheProducer() throws {
        let written = Written()
        let fixture = try ServerFixture(Self.router(written))
        let client = try fixture.client()
        // About 90 MB.
        try client.send("GET", "/lines?n=7000000")
        #expect(try client.drain(1 << 20))
        var seen = -1
        while seen != written.total {
            seen = written.total
            usleep(100_000)
        }
        #expect(seen < 20 << 20, "\(seen) bytes were written for a client that took 1 MiB")
        // Other connections are served meanwhile.
        #expect(try fixture.send("GET", "/lines?n=2").text == Self.lines(2))
    }
}
