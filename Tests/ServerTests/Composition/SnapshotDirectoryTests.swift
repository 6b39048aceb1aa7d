import API
import Catalog
import Foundation
import HTTP
import Model
import Platform
import QueryEngine
import Storage
import Telemetry
import TestSupport
import Testing

@testable import CommandLineTool
@testable import Server

/// What the administration's snapshot of a running store is when it is opened as a data directory.
@Suite struct SnapshotDirectoryTests {
    private static let start: Int64 = 1_699_999_200_000
    private static let step: Int64 = 15_000
    private static let target = TargetMetadata(
        target: Labels(["instance": "a:9100", "job": "test"]),
        families: [
            MetricFamily(
                name: "m3", metadata: MetricMetadata(kind: .counter, help: "of \"three\"", unit: "seconds"))
        ])

    /// A store and its catalog as a server has them.
    private struct Running {
        let database: Database
        let catalog: Catalog
        let router: Router

        init(_ directory: String, _ clock: any TimeSource) throws {
            let files = SystemFileSystem()
            let logger = Logger(minimum: .error, clock: clock) { _ in }
            var options = DatabaseOptions()
            options.retention = .max
            options.flushQuiet = 0
            options.rowsPerGroup = 8
            database = Database(
                directory: directory, fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
                logger: logger)
            try database.open()
            catalog = Catalog(directory: directory, files: files, registry: MetricRegistry(), logger: logger)
            catalog.open()
            let engine = Engine(source: database, options: EngineOptions(), clock: clock)
            var api = API(
                queries: QueryService(engine: engine, clock: clock),
                targets: CatalogedTargets(SilentTargets(), catalog), registry: MetricRegistry(), clock: clock,
                build: BuildInformation.apus, readiness: { .ready })
            api.administration = Administration(database, catalog, clock: clock)
            var router = Router()
            api.register(on: &router)
            self.router = router
        }

        func digest() throws -> SampleDigest { try SampleDigest(database.snapshot()) }

        func send(_ method: Request.Method, _ path: String, _ parameters: [(String, String)] = []) throws -> String {
            let request = Request(
                method, path, parameters: Parameters(parameters.map { (name: $0.0, value: $0.1) }))
            let response = router.respond(to: request)
            let text = ByteBuffer()
            switch response.body {
            case .bytes(let bytes): text.append(bytes.bytes)
            case .stream(let stream): while stream.writePiece(to: text) {}
            }
            try #require(response.status / 100 == 2, "\(path): \(text.text)")
            return text.text
        }

        func delete(_ selector: String, end: Int64) throws {
            _ = try send(
                .post, "/api/v1/admin/tsdb/delete_series",
                [("match[]", selector), ("end", "\(end / 1000)")])
        }

        /// The steps of a scrape of 20 series.
        func scrape(_ steps: Range<Int64>) throws {
            let references = try (0..<20).map {
                try database.reference(for: Labels(["__name__": "m\($0 % 5)", "job": "test", "n": "\($0)"]))
            }
            for step in steps {
                let time = SnapshotDirectoryTests.start + step * SnapshotDirectoryTests.step
                let part = AppendBatch.Part(
                    origin: Origin(.scraped, key: 1), time: time, references: references,
                    values: references.indices.map { Double($0) * Double(step) })
                let outcome = try database.append(AppendBatch(parts: [part]), now: time)
                #expect(outcome.appended == references.count)
                if step % 50 == 0 { database.tick(now: time) }
            }
        }
    }

    /// Targets that were not scraped since the start.
    private struct SilentTargets: TargetDirectory {
        func targets() -> [TargetStatus] { [] }
        func metadata() -> [MetricFamily] { [] }
        func targetMetadata() -> [TargetMetadata] { [] }
    }

    @Test func samplesDeletionsAndMetadataAreThere() throws {
        try TransferCommandTests.withFolder { folder in
            let clock = ManualTime(wallMilliseconds: Self.start + 1200 * Self.step)
            let original = try Running(folder + "/data", clock)
            try original.scrape(0..<1200)
            let whole = try original.digest()
            #expect(whole.samples == 24_000)
            // In blocks and in the head.
            try original.delete(#"{n="3"}"#, end: Self.start + 1100 * Self.step)
            try original.delete("m4", end: Self.start + 300 * Self.step)
            try original.scrape(1200..<1210)
            let expected = try original.digest()
            #expect(expected.series == 20 && expected.samples == 24_200 - 1101 - 4 * 301)
            #expect(original.database.blockSummaries.count == 3 && original.database.figures.openGroups > 0)
            original.catalog.update(metadata: [Self.target], now: clock.wallMilliseconds())
            original.catalog.update(blocks: original.database.blockSummaries) {
                original.database.deletions(inBlock: $0.name)
            }
            let answer = try JSONReader.read(Array(try original.send(.post, "/api/v1/admin/tsdb/snapshot").utf8))
            let name = try #require(answer["data"]?["name"]?.string)
            // What comes later does not go there.
            try original.scrape(1210..<1230)
            try original.delete("m1", end: clock.wallMilliseconds() + 1_000_000)

            let path = "\(folder)/data/snapshots/\(name)"
            for round in ["opened", "opened again"] {
                let copy = try Running(path, clock)
                #expect(try copy.digest() == expected, "\(round)")
                let metadata = try copy.send(.get, "/api/v1/metadata")
                #expect(metadata.contains(#""m3":[{"type":"counter","#), "\(metadata)")
                #expect(copy.catalog.metadata() == [Self.target])
                let blocks = copy.database.blockSummaries
                #expect(copy.catalog.blocks() == blocks && blocks.allSatisfy { $0.deletions > 0 })
                copy.catalog.close()
                try copy.database.close()
            }
            // The deleted samples are not only hidden: they do not come back when all becomes blocks anew.
            let copy = try Running(path, clock)
            copy.database.tick(now: Self.start + 40 * 7_200_000)
            try copy.database.cleanTombstones(now: Self.start + 40 * 7_200_000)
            #expect(copy.database.figures.openGroups == 0)
            #expect(copy.database.blockSummaries.allSatisfy { $0.deletions == 0 })
            #expect(try copy.digest() == expected, "rewritten")
            try copy.database.close()
            try original.database.close()
        }
    }
}
