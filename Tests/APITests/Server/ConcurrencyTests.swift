import Foundation
import Platform
import Synchronization
import Testing

@testable import HTTP

@Suite struct ConcurrencyTests {
    /// `/slow` answers when the client is gone or the gate opens; `/fast` at once.
    struct Slow {
        let started = Signal()
        let gate = Signal()
        let gone = Signal()
        var router = Router()

        init() {
            let (started, gate, gone) = (started, gate, gone)
            router.add([.get], "/slow", .worker) { request in
                request.client.whenGone {
                    gone.raise()
                    gate.raise()
                }
                started.raise()
                return Response(text: gate.wait(seconds: 20) ? "done" : "stuck")
            }
            router.add([.get], "/fast", .inline) { _ in Response(text: "fast") }
        }
    }

    @Test func slowHandlersDoNotHoldUpOthers() throws {
        let slow = Slow()
        let fixture = try ServerFixture(slow.router) { $0.workers = 1 }
        let waiting = try fixture.client()
        try waiting.send("GET", "/slow")
        #expect(slow.started.wait())
        for _ in 0..<20 { #expect(try fixture.send("GET", "/fast").text == "fast") }
        slow.gate.raise()
        #expect(try waiting.receive().text == "done")
    }

    @Test func closedConnectionEndsItsRequest() throws {
        let slow = Slow()
        let fixture = try ServerFixture(slow.router)
        var client: SocketClient? = try fixture.client()
        try client?.send("GET", "/slow")
        #expect(slow.started.wait())
        let begin = SystemTime().monotonicNanoseconds()
        client = nil
        #expect(slow.gone.wait())
        let elapsed = SystemTime().monotonicNanoseconds() - begin
        print("a closed connection is noticed after \(elapsed / 1000) us")
        // A hundred milliseconds are promised; the machine that runs the tests may be busy.
        #expect(elapsed < 500_000_000)
        #expect(try fixture.send("GET", "/fast").text == "fast")
    }

    @Test func fullQueueIsToldAtOnce() throws {
        let slow = Slow()
        let fixture = try ServerFixture(slow.router) {
            $0.workers = 1
            $0.queueLimit = 2
        }
        let first = try fixture.client()
        try first.send("GET", "/slow")
        #expect(slow.started.wait())
        // Two of the five may wait; which ones is chance.
        let replies = Monitor<[Reply]>([])
        let address = fixture.address
        let threads = try (0..<5).map { number in
            try Platform.Thread(name: "client-\(number)") {
                guard let client = try? SocketClient(address) else { return }
                try? client.send("GET", "/slow")
                guard let reply = try? client.receive() else { return }
                replies.withLock { $0.append(reply) }
                replies.notifyAll()
            }
        }
        let deadline = SystemTime().monotonicNanoseconds() + 10_000_000_000
        let refused = replies.wait(until: deadline) { $0.count >= 3 ? $0 : nil } ?? []
        #expect(refused.map(\.status) == [503, 503, 503])
        for reply in refused { #expect(try reply.json()["errorType"] as? String == "unavailable") }
        slow.gate.raise()
        for thread in threads { thread.join() }
        #expect(replies.withLock { $0.suffix(2).map(\.text) } == ["done", "done"])
        #expect(try first.receive().text == "done")
    }

    @Test func requestsOfGoneClientsAreNotRun() throws {
        let ran = Signal()
        var slow = Slow()
        slow.router.add([.get], "/next", .worker) { _ in
            ran.raise()
            return Response(text: "ran")
        }
        let fixture = try ServerFixture(slow.router) { $0.workers = 1 }
        let first = try fixture.client()
        try first.send("GET", "/slow")
        #expect(slow.started.wait())
        var second: SocketClient? = try fixture.client()
        try second?.send("GET", "/next")
        #expect(fixture.waitForWork(requests: 2))
        second = nil
        #expect(fixture.waitForWork(requests: 2, gone: 1))
        slow.gate.raise()
        #expect(try first.receive().text == "done")
        fixture.server.stop(grace: 1000)
        #expect(!ran.wait(seconds: 0))
    }

    @Test func stopLetsRunningRequestsEnd() throws {
        let slow = Slow()
        let fixture = try ServerFixture(slow.router)
        let client = try fixture.client()
        try client.send("GET", "/slow")
        #expect(slow.started.wait())
        let stopped = Signal()
        let (server, gate) = (fixture.server, slow.gate)
        let stopper = try Platform.Thread(name: "stopper") {
            server.stop(grace: 10_000)
            stopped.raise()
        }
        gate.raise()
        #expect(try client.receive().text == "done")
        #expect(stopped.wait())
        stopper.join()
        #expect(throws: SocketClient.Problem.self) { _ = try fixture.client() }
    }

    @Test func stopCancelsWhatDoesNotEnd() throws {
        let slow = Slow()
        let fixture = try ServerFixture(slow.router)
        let client = try fixture.client()
        try client.send("GET", "/slow")
        #expect(slow.started.wait())
        fixture.server.stop(grace: 10)
        #expect(slow.gone.wait(seconds: 0))
        #expect(try client.receive().text == "done")
    }

    @Test func manyIdleConnectionsAreHeld() throws {
        var router = Router()
        router.add([.get], "/", .inline) { _ in Response(text: "x") }
        let fixture = try ServerFixture(router)
        var idle: [SocketClient] = []
        for _ in 0..<300 {
            let client = try fixture.client()
            try client.send("GET", "/")
            #expect(try client.receive().text == "x")
            idle.append(client)
        }
        for client in idle {
            try client.send("GET", "/")
            #expect(try client.receive().text == "x")
        }
    }
}
