import API
import Foundation
import HTTP
import Model
import Platform
import QueryEngine
import Synchronization
import Telemetry
import TestSupport
import WebUI

/// The API and the pages over samples in memory, called directly or over a real socket.
final class APIFixture {
    enum Transport: String, CaseIterable, Sendable {
        case direct, socket
    }

    /// The clock stands at this many milliseconds.
    static let now: Int64 = 1_000_000

    let transport: Transport
    let source = MemorySeriesSource()
    /// Open unless a test closes it.
    let gate: GatedSource
    let targets = FixedTargets()
    let readiness = Shared(Readiness.ready)
    /// What reloading says: nil is success.
    let reloadOutcome = Shared<String?>(nil)
    let queries: QueryService
    private(set) var router = Router()
    private var server: ServerFixture?

    init(
        _ transport: Transport = .direct, lifecycle: Bool = false, administration: Administration? = nil,
        options: EngineOptions = .init()
    ) throws {
        self.transport = transport
        let clock = ManualTime(wallMilliseconds: Self.now)
        gate = GatedSource(source)
        let engine = Engine(source: gate, options: options, clock: clock)
        let queries = QueryService(engine: engine, clock: clock)
        self.queries = queries
        let build = BuildInformation(version: "0.1.0", revision: "abc", compiler: "Swift 6.3.1")
        let registry = MetricRegistry()
        build.register(on: registry)
        let (ready, outcome) = (readiness, reloadOutcome)
        var api = API(
            queries: queries, targets: targets, registry: registry, clock: clock, build: build,
            readiness: { ready.value })
        api.flags = [("web.enable-lifecycle", lifecycle ? "true" : "false")]
        if lifecycle { api.lifecycle = Lifecycle(reload: { outcome.value }, quit: {}) }
        api.administration = administration
        var pages = WebUI(queries: queries, targets: targets, clock: clock, build: build)
        pages.warnings = { ["alerting <is> not evaluated yet"] }
        api.register(on: &router)
        pages.register(on: &router)
        if transport == .socket { server = try ServerFixture(router) }
    }

    deinit {
        gate.open()
        queries.stop()
    }

    var address: String { server?.address ?? "" }

    /// A GET with URL parameters, or a POST whose form has them.
    func get(_ path: String, _ parameters: [(String, String)] = []) throws -> Reply {
        try send("GET", path, url: parameters)
    }

    func post(_ path: String, _ parameters: [(String, String)] = []) throws -> Reply {
        try send("POST", path, form: parameters)
    }

    func send(
        _ method: String, _ path: String, url: [(String, String)] = [], form: [(String, String)]? = nil
    ) throws -> Reply {
        let target = path + (url.isEmpty ? "" : "?" + Self.encoded(url))
        if let server {
            let isForm = form != nil
            return try server.send(
                method, target, headers: isForm ? [("Content-Type", "application/x-www-form-urlencoded")] : [],
                body: form.map(Self.encoded))
        }
        let pairs = (form ?? []) + url
        let request = Request(
            Request.Method(rawValue: method) ?? .other, path,
            parameters: Parameters(pairs.map { (name: $0.0, value: $0.1) }))
        let response = router.respond(to: request)
        var reply = Reply(status: response.status)
        for (name, value) in response.headers.fields { reply.headers[name.lowercased()] = value }
        let buffer = ByteBuffer()
        switch response.body {
        case .bytes(let bytes): buffer.append(bytes.bytes)
        case .stream(let stream): while stream.writePiece(to: buffer) {}
        }
        reply.body = Data(buffer.bytes)
        return reply
    }

    static func encoded(_ parameters: [(String, String)]) -> String {
        parameters.map { "\(PercentText.encode($0.0))=\(PercentText.encode($0.1))" }.joined(separator: "&")
    }

    /// `up` with two instances, a counter, and labels that need care; a sample every 15 s from 0 to 900 s.
    func addExamples() {
        let times = (0...60).map { Int64($0) * 15_000 }
        source.add(
            Labels(["__name__": "up", "job": "node", "instance": "a:9100"]), times: times, values: times.map { _ in 1 })
        source.add(
            Labels(["__name__": "up", "job": "apus", "instance": "b:9090"]), times: times, values: times.map { _ in 0 })
        source.add(
            Labels(["__name__": "requests_total", "path": "/\"x\"\n\\\u{1}é"]), times: times,
            values: times.map { Double($0) / 1000 })
        source.add(
            Labels(["__name__": "http.requests", "http.status": "200"]), times: times, values: times.map { _ in 2.5 })
    }
}

/// A value that several threads see.
final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>
    init(_ value: Value) { state = Mutex(value) }
    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Two targets, one of them down.
final class FixedTargets: TargetDirectory {
    func targets() -> [TargetStatus] {
        let up = TargetStatus(
            discoveredLabels: Labels(["__address__": "a:9100", "job": "node"]),
            labels: Labels(["instance": "a:9100", "job": "node"]), scrapePool: "node",
            scrapeURL: "http://a:9100/metrics", health: .up, lastScrape: 999_500, lastScrapeDuration: 0.0125,
            interval: 15_000, timeout: 10_000)
        let down = TargetStatus(
            discoveredLabels: Labels(["__address__": "b:1", "job": "bad"]),
            labels: Labels(["instance": "b:1", "job": "bad"]),
            scrapePool: "bad", scrapeURL: "http://b:1/metrics?a=1&b=<2>", health: .down,
            lastError: "connection refused <script>", interval: 60_000, timeout: 10_000)
        return [down, up]
    }

    private static let families = [
        MetricFamily(
            name: "requests_total", metadata: MetricMetadata(kind: .counter, help: "Requests \"seen\".", unit: "")),
        MetricFamily(name: "up", metadata: MetricMetadata(kind: .gauge, help: "one", unit: "")),
        MetricFamily(name: "up", metadata: MetricMetadata(kind: .gauge, help: "two", unit: "")),
    ]

    func metadata() -> [MetricFamily] { Self.families }

    func targetMetadata() -> [TargetMetadata] {
        zip(targets(), [[], Self.families]).map { TargetMetadata(target: $0.labels, families: $1) }
    }
}
