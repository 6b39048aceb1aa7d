import API
import HTTP
import Model
import Platform
import QueryEngine
import Storage
import Telemetry
import TestSupport
import Testing

@testable import Server

/// A store that changes in all the ways it can gives the same answers to refreshed dashboards, byte by byte, as to
/// questions that are computed as a whole (`nocache=1`).
struct KeptAnswersTests {
    private static let start: Int64 = 1_699_999_200_000
    private static let interval: Int64 = 15_000

    private static let queries = [
        "sum by (zone) (rate(requests_total[2m]))", "temperature", "max_over_time(temperature[5m])",
        "temperature > 50", "requests_total offset 3m", "count(requests_total)", "topk(2, temperature)",
        "sum(temperature) - sum(temperature offset 10m)", "avg_over_time(sum(temperature)[3m:30s])",
        "delta(temperature[4m] smoothed)", "temperature offset -1m", "absent(temperature{id=\"3\"})",
    ]

    private struct Store {
        let database: Database
        private let router: Router
        private let registry = MetricRegistry()

        init(seed: UInt64) throws {
            let clock = ManualTime()
            var options = DatabaseOptions()
            options.retention = 4 * 3_600_000
            options.outOfOrderWindow = 1_800_000
            options.flushQuiet = 0
            options.flushDelay = 0
            options.rowsPerGroup = 8
            database = Database(
                directory: "data", fileSystem: SimulatedFileSystem(seed: seed), clock: clock, options: options,
                metrics: MetricRegistry(), logger: Logger(minimum: .error, clock: clock) { _ in })
            try database.open()
            var engineOptions = EngineOptions()
            engineOptions.cacheBytes = 4 << 20
            engineOptions.cachedSamples = 0
            let queries = QueryService(
                engine: Engine(source: database, options: engineOptions, clock: clock), clock: clock)
            queries.register(on: registry)
            let api = API(
                queries: queries, targets: NoTargets(), registry: MetricRegistry(), clock: clock,
                build: BuildInformation.apus, readiness: { .ready })
            var router = Router()
            api.register(on: &router)
            self.router = router
        }

        func append(_ origin: Origin, _ labels: [Labels], _ time: Int64, _ value: () -> Double) throws {
            let references = try labels.map { try database.reference(for: $0) }
            let part = AppendBatch.Part(
                origin: origin, time: time, references: references, values: references.map { _ in value() })
            _ = try database.append(AppendBatch(parts: [part]), now: time)
        }

        func answer(_ query: String, from start: Int64, to end: Int64, _ more: [(name: String, value: String)] = [])
            -> String
        {
            let parameters = [
                (name: "query", value: query), (name: "start", value: "\(start / 1000)"),
                (name: "end", value: "\(end / 1000)"), (name: "step", value: "15"),
            ]
            let response = router.respond(
                to: Request(.get, "/api/v1/query_range", parameters: Parameters(parameters + more)))
            let text = ByteBuffer()
            switch response.body {
            case .bytes(let bytes): text.append(bytes.bytes)
            case .stream(let stream): while stream.writePiece(to: text) {}
            }
            return text.text
        }

        /// Steps of answers that came from kept ones, by the metrics page.
        var reusedSteps: Double {
            let name = "apus_query_range_steps_total{source=\"cache\"} "
            let page = ByteBuffer()
            registry.write(to: page)
            let line = page.text.split(separator: "\n").first { $0.hasPrefix(name) }
            return line.flatMap { Double($0.dropFirst(name.count)) } ?? -1
        }
    }

    private struct NoTargets: TargetDirectory {
        func targets() -> [TargetStatus] { [] }
        func metadata() -> [MetricFamily] { [] }
        func targetMetadata() -> [TargetMetadata] { [] }
    }

    @Test(arguments: UInt64(1)..<5) func answersAreTheSame(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let store = try Store(seed: seed)
        func labels(_ target: Int) -> [Labels] {
            ["requests_total", "temperature"].map {
                Labels(["__name__": $0, "id": "\(target)", "zone": target < 3 ? "a" : "b"])
            }
        }
        var now = Self.start
        // Of several equal numbers topk takes any, so no two are.
        var distinct = 0.0
        for round in 0..<300 {
            now += Self.interval
            for target in 0..<6 where !random.chance(0.05) {
                // Scraped ones, and a sender with two shards that lag behind each other.
                let origin = target < 4 ? Origin(.scraped, key: UInt64(target)) : Origin(.remote, key: 9)
                let time = now - (target == 5 ? 4 * Self.interval : 0)
                distinct += 1e-6
                try store.append(origin, labels(target), time) {
                    random.chance(0.02) ? .staleMarker : Double(Int.random(in: 0...100, using: &random)) + distinct
                }
            }
            if random.chance(0.1) {
                let late = now - Int64.random(in: 1...1_700_000, using: &random)
                try store.append(Origin(.remote, key: 1), labels(Int.random(in: 0..<7, using: &random)), late) {
                    7 + distinct
                }
            }
            if random.chance(0.05) { store.database.tick(now: now) }
            if random.chance(0.02) {
                let end = now - Int64.random(in: 0...3_000_000, using: &random)
                let matcher = LabelMatcher.equal("id", "\(Int.random(in: 0..<6, using: &random))")
                try store.database.delete([[matcher]], start: end - 300_000, end: end, now: now)
            }
            if round % 3 > 0 { continue }
            for query in Self.queries where random.chance(0.4) {
                let end = now / Self.interval * Self.interval
                let start = end - random.pick([600_000, 1_800_000, 1_800_000, 3_600_000] as [Int64])
                let kept = store.answer(query, from: start, to: end)
                let whole = store.answer(query, from: start, to: end, [(name: "nocache", value: "1")])
                #expect(kept == whole, "seed \(seed), round \(round): \(query)")
                #expect(kept.contains("success"))
            }
        }
        #expect(store.reusedSteps > 5000, "\(store.reusedSteps)")
        // Statistics are about all of a query.
        let before = store.reusedSteps
        _ = store.answer("temperature", from: now - 600_000, to: now, [(name: "stats", value: "true")])
        #expect(store.reusedSteps == before)
    }
}
