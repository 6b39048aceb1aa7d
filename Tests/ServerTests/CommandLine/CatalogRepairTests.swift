import Catalog
import Foundation
import Model
import Platform
import Storage
import Telemetry
import TestSupport
import Testing

@testable import CommandLineTool

/// Where the catalog and the blocks of a stopped directory differ.
@Suite struct CatalogRepairTests {
    private func run(_ command: String, _ data: String, expecting code: ExitCode = .ok) -> String {
        let fake = FakeShell()
        let found = CommandLineTool.run(["tsdb", command, data], in: fake.shell())
        #expect(found == code, "\(command): \(fake.output) \(fake.errors)")
        return fake.output + fake.errors
    }

    private func withCatalog<Result>(_ data: String, _ body: (Catalog) throws -> Result) rethrows -> Result {
        let logger = Logger(minimum: .error, clock: ManualTime()) { _ in }
        let catalog = Catalog(
            directory: data, files: SystemFileSystem(), registry: MetricRegistry(), logger: logger)
        catalog.open()
        defer { catalog.close() }
        return try body(catalog)
    }

    /// Two blocks, the older of which has a deletion, and what the store says of them. Without a catalog.
    private func withBlocks(_ body: (_ data: String, BlockListing) throws -> Void) throws {
        try TransferCommandTests.withFolder { folder in
            let data = folder + "/data"
            let start: Int64 = 1_699_999_200_000
            var options = DatabaseOptions()
            options.retention = .max
            options.flushQuiet = 0
            let clock = ManualTime(wallMilliseconds: start)
            let database = Database(
                directory: data, fileSystem: SystemFileSystem(), clock: clock, options: options,
                metrics: MetricRegistry(), logger: Logger(minimum: .error, clock: clock) { _ in })
            try database.open()
            let reference = try database.reference(for: Labels(["__name__": "up", "odd name": "a\"b"]))
            for step in 0..<240 {
                let time = start + Int64(step) * 60_000
                let part = AppendBatch.Part(
                    origin: Origin(.scraped, key: 1), time: time, references: [reference], values: [Double(step)])
                _ = try database.append(AppendBatch(parts: [part]), now: time)
            }
            database.tick(now: start + 20_000_000)
            try database.delete([[.equal("__name__", "up")]], start: start, end: start + 600_000, now: start)
            let blocks = database.blockSummaries
            #expect(blocks.map(\.deletions) == [1, 0])
            let listing = BlockListing(
                names: blocks.map(\.name), blocks: blocks,
                deletions: Dictionary(
                    blocks.map { ($0.name, database.deletions(inBlock: $0.name)) }, uniquingKeysWith: { $1 }))
            try database.close()
            try body(data, listing)
        }
    }

    private func fill(_ catalog: Catalog, _ listing: BlockListing) {
        catalog.update(blocks: listing.blocks) { listing.deletions[$0.name] ?? [] }
    }

    @Test func withoutACatalogNoneIsMade() throws {
        try withBlocks { data, listing in
            #expect(!run("verify", data).contains("catalog"))
            #expect(run("repair", data) == "Nothing is damaged.\n")
            #expect(!FileManager.default.fileExists(atPath: data + "/catalog.sqlite"))
        }
    }

    @Test func oneThatAgreesIsLeftAlone() throws {
        try withBlocks { data, listing in
            withCatalog(data) { fill($0, listing) }
            let before = try FileManager.default.contentsOfDirectory(atPath: data).sorted()
            let bytes = try Data(contentsOf: URL(fileURLWithPath: data + "/catalog.sqlite"))
            #expect(!run("verify", data).contains("catalog"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: data).sorted() == before)
            #expect(try Data(contentsOf: URL(fileURLWithPath: data + "/catalog.sqlite")) == bytes)
            #expect(run("repair", data) == "Nothing is damaged.\n")
        }
    }

    @Test func everyDifferenceIsNamedAndMadeGood() throws {
        try withBlocks { data, listing in
            let (first, second) = (listing.blocks[0], listing.blocks[1])
            var gone = second
            gone.name = "01HF7YAT0000000000000001AB"
            var other = second
            other.samples += 1
            let wrong = listing.deletions[first.name]?.map { deletion in
                BlockSummary.Deletion(series: deletion.series, range: deletion.range.lowerBound...Int64.max)
            }
            let right = listing.deletions[first.name] ?? []
            let cases: [(blocks: [BlockSummary], deletions: [BlockSummary.Deletion], said: String)] = [
                ([first, second, gone], right, "it lists block \(gone.name), which"),
                ([first], right, "it does not list block \(second.name)"),
                ([first, other], right, "it describes block \(second.name) otherwise"),
                ([first, second], wrong ?? [], "it lists other deletions in block \(first.name)"),
                ([first, second], [], "it lists other deletions in block \(first.name)"),
            ]
            for (blocks, deletions, said) in cases {
                withCatalog(data) { catalog in
                    catalog.update(blocks: []) { _ in [] }
                    catalog.update(blocks: blocks) { $0.name == first.name ? deletions : [] }
                }
                let found = run("verify", data)
                #expect(found.contains("catalog.sqlite: \(said)"), "\(found)")
                #expect(found.split(separator: "\n").filter { $0.hasPrefix("catalog.sqlite: ") }.count == 1, "\(found)")
                let repaired = run("repair", data)
                #expect(repaired.contains("catalog.sqlite: \(said)"), "\(repaired)")
                #expect(!run("verify", data).contains("catalog.sqlite"))
                #expect(withCatalog(data) { $0.blocks() } == listing.blocks)
            }
        }
    }

    /// What a server that was killed has written of late stands in the log beside the file.
    @Test func theLogBesideItIsRead() throws {
        try withBlocks { data, listing in
            let logger = Logger(minimum: .error, clock: ManualTime()) { _ in }
            let open = Catalog(
                directory: data, files: SystemFileSystem(), registry: MetricRegistry(), logger: logger)
            fill(open, listing)
            let copy = data + "-copy"
            try FileManager.default.copyItem(atPath: data, toPath: copy)
            open.close()
            let size = try FileManager.default.attributesOfItem(atPath: copy + "/catalog.sqlite-wal")[.size] as? Int
            #expect(size ?? 0 > 0)
            #expect(!run("verify", copy).contains("catalog"))
        }
    }

    @Test func aDamagedOneIsPutAsideAndMadeAnew() throws {
        try withBlocks { data, listing in
            withCatalog(data) { fill($0, listing) }
            let file = URL(fileURLWithPath: data + "/catalog.sqlite")
            var bytes = try Data(contentsOf: file)
            for index in bytes.indices.dropFirst(200) { bytes[index] ^= 0x5A }
            try bytes.write(to: file)
            let errors = run("verify", data, expecting: .failed)
            #expect(errors.contains("damaged: \(data)/catalog.sqlite: "), "\(errors)")
            #expect(try Data(contentsOf: file) == bytes)
            let repaired = run("repair", data)
            #expect(repaired.contains("it does not list block \(listing.names[0])"), "\(repaired)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: data + "/catalog.sqlite.damaged")) == bytes)
            #expect(!run("verify", data).contains("catalog"))
        }
    }
}
