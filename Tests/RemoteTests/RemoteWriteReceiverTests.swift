import Compression
import HTTP
import Model
import Platform
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Remote

@Suite struct RemoteWriteReceiverTests {
    struct FixedTime: TimeSource {
        var now: Int64
        func wallMilliseconds() -> Int64 { now }
        func monotonicNanoseconds() -> UInt64 { 0 }
    }

    let store = MemorySeriesSource()
    let registry = MetricRegistry()

    func receiver() -> RemoteWriteReceiver {
        let clock = FixedTime(now: 100_000)
        return RemoteWriteReceiver(
            appender: store, clock: clock, seed: 7, registry: registry,
            logger: Logger(minimum: .error, clock: clock) { _ in })
    }

    func request(
        _ series: [WriteRequestMessage.Series], headers: [(name: String, value: String)] = []
    ) throws -> Request {
        let packed = ByteBuffer()
        let message = WriteRequestMessage.encode(series)
        try Snappy.compress(message.bytes, into: packed)
        let standard = [("Content-Encoding", "snappy"), ("Content-Type", "application/x-protobuf")]
        return Request(
            .post, "/api/v1/write", headers: Headers(headers.isEmpty ? standard : headers), body: Array(packed.bytes))
    }

    func stored(_ name: String) throws -> [(Int64, Double)] {
        let selection = try store.snapshot().select(
            SelectRequest(matchers: [.equal("__name__", name)], start: 0, end: 200_000, keepsStaleMarkers: true))
        var found: [(Int64, Double)] = []
        let slice = Slice()
        for unit in 0..<selection.unitCount {
            try selection.read(unit: unit, into: slice)
            for column in slice.columns {
                for index in 0..<column.count {
                    found.append((slice.times[column.firstTime + index], slice.values[column.firstValue + index]))
                }
            }
        }
        return found
    }

    @Test func storesWhatIsSent() throws {
        let receiver = receiver()
        let first = try request([
            .init(
                labels: [("__name__", "a"), ("job", "j"), ("instance", "i")], samples: [(1000, 1.5), (2000, 2.5)])
        ])
        #expect(receiver.respond(to: first).status == 204)
        let second = try request([
            .init(labels: [("__name__", "a"), ("job", "j"), ("instance", "i")], samples: [(3000, 3.5)])
        ])
        #expect(receiver.respond(to: second).status == 204)
        #expect(try stored("a").map(\.0) == [1000, 2000, 3000])
        #expect(try stored("a").map(\.1) == [1.5, 2.5, 3.5])
    }

    @Test func oneBadSeriesIsRefusedTheRestIsStored() throws {
        let response = receiver().respond(
            to: try request([
                .init(labels: [("job", "j")], samples: [(1000, 1)]),
                .init(labels: [("__name__", "b"), ("x", "1"), ("x", "2")], samples: [(1000, 1)]),
                .init(labels: [("__name__", "c")], samples: [(1000, 1)]),
            ]))
        #expect(response.status == 400)
        guard case .bytes(let body) = response.body else { return #expect(Bool(false)) }
        #expect(body.text.contains("no metric name"))
        #expect(body.text.contains("\"x\" occurs twice"))
        #expect(try stored("c").count == 1)
    }

    /// Takes no new series beyond a number, and forgets all when it is told to.
    private final class NarrowAppender: SampleAppender {
        let store: MemorySeriesSource
        let state = Mutex((known: [Labels](), forgets: false, lookups: 0))

        init(_ store: MemorySeriesSource) { self.store = store }

        func reference(for labels: Labels) throws(AppendError) -> SeriesReference {
            let isKnown = state.withLock { state in
                state.lookups += 1
                if !state.known.contains(labels) && state.known.count < 2 { state.known.append(labels) }
                return state.known.contains(labels)
            }
            if labels.metricName == "long" { throw .labels("--storage.label-limit exceeded (metric: long)") }
            if !isKnown { throw .seriesLimit(2) }
            return try store.reference(for: labels)
        }

        func append(_ batch: AppendBatch, now: Int64) throws(AppendError) -> AppendOutcome {
            let forgets = state.withLock { state in
                defer { state.forgets = false }
                return state.forgets
            }
            if !forgets { return try store.append(batch, now: now) }
            var outcome = AppendOutcome()
            outcome.forgotten = 1
            return outcome
        }

        func liveSeries(of origin: Origin) -> [SeriesReference] { [] }
    }

    private func receiver(_ appender: any SampleAppender) -> RemoteWriteReceiver {
        let clock = FixedTime(now: 100_000)
        return RemoteWriteReceiver(
            appender: appender, clock: clock, seed: 7, registry: registry,
            logger: Logger(minimum: .error, clock: clock) { _ in })
    }

    /// The sender must not try again: the series would never be taken.
    @Test func seriesWithLabelsBeyondALimitAreRefusedTheRestIsStored() throws {
        let receiver = receiver(NarrowAppender(store))
        let response = receiver.respond(
            to: try request(["a", "long"].map { .init(labels: [("__name__", $0)], samples: [(1000, 1)]) }))
        #expect(response.status == 400)
        guard case .bytes(let body) = response.body else { return #expect(Bool(false)) }
        #expect(body.text == "{__name__=\"long\"}: --storage.label-limit exceeded (metric: long)\n")
        #expect(try stored("a").count == 1)
        let page = ByteBuffer()
        registry.write(to: page)
        #expect(page.text.contains("apus_remote_write_refused_samples_total{reason=\"labels\"} 1"))
    }

    @Test func seriesBeyondTheLimitAreRefusedTheRestIsStored() throws {
        let receiver = receiver(NarrowAppender(store))
        func send(_ time: Int64) throws -> Response {
            receiver.respond(
                to: try request(["a", "b", "c"].map { .init(labels: [("__name__", $0)], samples: [(time, 1)]) }))
        }
        let response = try send(1000)
        #expect(response.status == 400)
        guard case .bytes(let body) = response.body else { return #expect(Bool(false)) }
        #expect(body.text == "{__name__=\"c\"}: the limit of 2 series is reached (--storage.series-limit)\n")
        #expect(try send(2000).status == 400)
        #expect(try stored("a").map(\.0) == [1000, 2000])
        #expect(try stored("b").count == 2)
        #expect(try stored("c").isEmpty)
        let page = ByteBuffer()
        registry.write(to: page)
        #expect(page.text.contains("apus_remote_write_refused_samples_total{reason=\"series_limit\"} 2"))
    }

    @Test func forgottenSeriesAreLookedUpAgain() throws {
        let appender = NarrowAppender(store)
        let receiver = receiver(appender)
        func send(_ time: Int64) throws -> Response {
            receiver.respond(to: try request([.init(labels: [("__name__", "a")], samples: [(time, 1)])]))
        }
        #expect(try send(1000).status == 204)
        #expect(try send(2000).status == 204)
        #expect(appender.state.withLock { $0.lookups } == 1)
        appender.state.withLock { $0.forgets = true }
        #expect(try send(3000).status == 204)
        #expect(appender.state.withLock { $0.lookups } == 2)
        #expect(try stored("a").map(\.0) == [1000, 2000, 3000])
    }

    @Test func otherFormatsAreRefused() throws {
        let version2 = try request(
            [], headers: [("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request")])
        #expect(receiver().respond(to: version2).status == 415)
        let gzip = try request([], headers: [("Content-Encoding", "gzip")])
        #expect(receiver().respond(to: gzip).status == 415)
        let noise = Request(.post, "/api/v1/write", body: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
        #expect(receiver().respond(to: noise).status == 400)
    }

    @Test func anotherValueForTheSameTimeIsRefused() throws {
        let receiver = receiver()
        _ = receiver.respond(to: try request([.init(labels: [("__name__", "d")], samples: [(1000, 1)])]))
        let response = receiver.respond(
            to: try request([.init(labels: [("__name__", "d")], samples: [(1000, 2)])]))
        #expect(response.status == 400)
        #expect(try stored("d").map(\.1) == [1])
    }
}
