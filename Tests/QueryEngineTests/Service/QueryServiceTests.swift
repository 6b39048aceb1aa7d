import Model
import Platform
import TestSupport
import Testing

@testable import QueryEngine

/// Queries take turns, can be seen and ended, and time in the queue counts.
struct QueryServiceTests {
    /// A service with one place, its source under the test's control, and what came of its queries.
    private final class Fixture: Sendable {
        let gate: GatedSource
        let clock = ManualTime()
        let service: QueryService
        private let ended = Monitor<[(text: String, outcome: String, report: QueryReport)]>([])

        init(queueLimit: Int = 100, clientLimit: Int = 50) {
            let source = MemorySeriesSource()
            source.add(Labels(["__name__": "up"]), times: [0, 1000, 2000], values: [1, 2, 3])
            gate = GatedSource(source)
            let engine = Engine(source: gate, options: EngineOptions(), clock: clock)
            var options = QueryServiceOptions()
            options.concurrency = 1
            options.queueLimit = queueLimit
            options.clientQueueLimit = clientLimit
            service = QueryService(engine: engine, options: options, clock: clock)
        }

        deinit { service.stop() }

        @discardableResult
        func submit(_ text: String, _ client: String, timeout: Int64? = nil) -> @Sendable () -> Void {
            let call = QueryCall(
                text, .instant(2000), client: .init(address: client), options: QueryOptions(timeout: timeout))
            return service.submit(call) { [ended] outcome, report in
                let result = if case .failure(let error) = outcome { error.description } else { "ok" }
                ended.withLock { $0.append((text, result, report)) }
                ended.notifyAll()
            }
        }

        /// The first so many queries that ended.
        func wait(_ count: Int) -> [(text: String, outcome: String, report: QueryReport)] {
            let deadline = SystemTime().monotonicNanoseconds() + 10_000_000_000
            return ended.wait(until: deadline) { $0.count >= count ? $0 : nil } ?? ended.withLock { $0 }
        }
    }

    @Test func clientsTakeTurns() {
        let fixture = Fixture()
        fixture.gate.close()
        fixture.submit("up + 0", "a")
        #expect(fixture.gate.waitFor(1))
        for (text, client) in [("up + 1", "a"), ("up + 2", "a"), ("up + 3", "a"), ("up + 4", "b"), ("up + 5", "c")] {
            fixture.submit(text, client)
        }
        #expect(fixture.service.waiting == 5)
        fixture.gate.open()
        let ended = fixture.wait(6)
        #expect(ended.map(\.outcome).allSatisfy { $0 == "ok" })
        #expect(ended.map(\.text) == ["up + 0", "up + 1", "up + 4", "up + 5", "up + 2", "up + 3"])
    }

    @Test func aFullQueueRefuses() {
        let fixture = Fixture(queueLimit: 4, clientLimit: 3)
        fixture.gate.close()
        fixture.submit("up", "a")
        #expect(fixture.gate.waitFor(1))
        for _ in 0..<4 { fixture.submit("up", "a") }
        #expect(fixture.wait(1).last?.outcome.hasPrefix("too many queries are waiting") == true)
        fixture.submit("up", "b")
        fixture.submit("up", "c")
        #expect(fixture.wait(2).last?.outcome.hasPrefix("too many queries are waiting") == true)
        #expect(fixture.service.waiting == 4)
        fixture.gate.open()
        #expect(fixture.wait(7).count == 7)
    }

    @Test func waitingCounts() {
        let fixture = Fixture()
        fixture.gate.close()
        fixture.submit("up", "a")
        #expect(fixture.gate.waitFor(1))
        fixture.submit("late", "a", timeout: 5000)
        fixture.clock.advance(milliseconds: 6000)
        // The queue is looked at again when somebody comes.
        fixture.submit("up", "b")
        let late = fixture.wait(1)
        #expect(late.map(\.text) == ["late"])
        #expect(late.first?.outcome == "query timed out in query queue")
        #expect(late.first?.report.queued == 6)
        // What waited for part of its time has only the rest: the first one's is over.
        fixture.clock.advance(milliseconds: 120_000)
        fixture.gate.open()
        let all = fixture.wait(3)
        #expect(all.contains { $0.outcome == "query timed out in expression evaluation" })
        #expect(all.contains { $0.outcome == "query timed out in query queue" && $0.text == "up" })
    }

    @Test func queriesAreSeenAndEnded() throws {
        let fixture = Fixture()
        fixture.gate.close()
        fixture.submit("up", "10.0.0.1")
        #expect(fixture.gate.waitFor(1))
        fixture.submit("up * 2", "10.0.0.2")
        fixture.clock.advance(milliseconds: 1500)
        let running = fixture.service.registry.listing().running
        #expect(running.map(\.state) == [.running, .queued])
        #expect(running.map(\.call.client.address) == ["10.0.0.1", "10.0.0.2"])
        #expect(running.map(\.running) == [1.5, 0])
        #expect(running.map(\.queued) == [0, 1.5])

        #expect(!fixture.service.cancel(99))
        #expect(fixture.service.cancel(try #require(running.last).identifier))
        let cancelled = fixture.wait(1)
        #expect(cancelled.map(\.outcome) == ["query was canceled in query queue"])
        #expect(cancelled.first?.report.state == .cancelled)

        #expect(fixture.service.cancel(try #require(running.first).identifier))
        fixture.gate.open()
        #expect(fixture.wait(2).last?.outcome == "query was canceled in expression evaluation")
        let listing = fixture.service.registry.listing()
        #expect(listing.running.isEmpty)
        #expect(listing.recent.map(\.call.text) == ["up", "up * 2"])
        #expect(listing.recent.map(\.state) == [.cancelled, .cancelled])
    }

    @Test func endedQueriesAreKept() {
        let fixture = Fixture()
        for number in 0..<130 { fixture.submit("up + \(number)", "\(number)") }
        #expect(fixture.wait(130).count == 130)
        fixture.submit("no(", "a")
        fixture.submit("up{x=~\"" + String(repeating: "a|", count: 10_000) + "b\"}", "a")
        #expect(fixture.wait(132).count == 132)
        let listing = fixture.service.registry.listing()
        #expect(listing.recent.count == 100)
        #expect(listing.recent[0].call.text.hasSuffix("… (20010 bytes)"))
        #expect(listing.recent[1].state == .failed)
        #expect(listing.recent[1].error?.contains("parse error") == true)
        #expect(listing.recent[2].samples == 3)
        #expect(listing.recent[2].series == 1)
        #expect(listing.recent[2].peakBytes > 0)
        #expect(listing.costliest.count == 20)
        fixture.clock.advance(milliseconds: 3_700_000)
        #expect(fixture.service.registry.listing().costliest.isEmpty)
    }
}
