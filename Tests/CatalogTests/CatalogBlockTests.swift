import Foundation
import Model
import SQLite
import Testing

@testable import Catalog

/// The catalog lists what blocks there are and what is deleted in them, whatever happened to it.
struct CatalogBlockTests {
    private typealias Fixture = CatalogFixture

    private func update(_ catalog: Catalog, _ blocks: [BlockSummary]) {
        catalog.update(blocks: blocks) { block in
            (0..<block.deletions).map { number in
                .init(series: Labels(["n": "\(number)"]), range: Int64(number)...Int64(number) + 9)
            }
        }
    }

    @Test func mirrorsTheDirectory() throws {
        let fixture = try Fixture()
        let first = fixture.open()
        let (a, b) = (Fixture.block("A"), Fixture.block("B", deletions: 2))
        update(first, [a, b])
        #expect(first.blocks() == [a, b])
        first.close()
        let second = fixture.open()
        #expect(second.blocks() == [a, b])
        #expect(try fixture.rows("SELECT count(*) FROM deletion") == [["2"]])
        let c = Fixture.block("C")
        update(second, [Fixture.block("B", deletions: 3), c])
        #expect(second.blocks() == [Fixture.block("B", deletions: 3), c])
        let deletions = try fixture.rows("SELECT block, series, first_ms, last_ms FROM deletion ORDER BY first_ms")
        #expect(deletions.last == ["B", "{\"n\":\"2\"}", "2", "11"])
        update(second, [c])
        #expect(try fixture.rows("SELECT count(*) FROM deletion") == [["0"]])
        #expect(fixture.metric("apus_catalog_failures_total") == "0")
        #expect(fixture.log.isEmpty)
    }

    /// Names made within one millisecond say nothing of the order.
    @Test func listsBlocksByTheirTime() throws {
        let fixture = try Fixture()
        let catalog = fixture.open()
        let (early, late) = (Fixture.block("B", start: 1_699_992_800_000), Fixture.block("A"))
        update(catalog, [early, late])
        #expect(catalog.blocks() == [early, late])
    }

    @Test func theTablesAreThoseOfThePage() throws {
        let fixture = try Fixture()
        let catalog = fixture.open()
        let example = Fixture.target("a", [Fixture.family("up", help: "Whether it is \"up\".")])
        catalog.update(blocks: [Fixture.block(deletions: 1)]) { _ in [Fixture.deletion] }
        catalog.update(metadata: [example], now: 1_700_007_200_000)
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        let schema = try fixture.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rootpage")
        for statement in schema { #expect(page.contains(statement[0] + ";\n")) }
        #expect(schema.count == 7)
        let tables = ["block", "deletion", "target", "metadata", "target_metadata"]
        let rows = try tables.flatMap { table in
            try fixture.rows("SELECT * FROM \(table)").map { ([table] + $0).joined(separator: "|") }
        }
        #expect(page.hasSuffix("```\n" + rows.joined(separator: "\n") + "\n```\n"), "\(rows)")
        #expect(try fixture.rows("PRAGMA application_id") == [["\(0x4150_5553)"]])
        #expect(try fixture.rows("PRAGMA user_version") == [["2"]])
    }

    private static var page: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/format/catalog.md")
    }

    @Test func olderVersionsAreBroughtUpToDate() throws {
        let fixture = try Fixture()
        let old = try SQLiteConnection(path: fixture.path)
        try old.execute(CatalogSchema.migrations[0])
        try old.execute("PRAGMA application_id = \(CatalogSchema.applicationID); PRAGMA user_version = 1")
        try old.execute("INSERT INTO block VALUES ('A', 1, 0, 2, 0, 1, 3, 1, 4, 5, 0)")
        let catalog = fixture.open()
        #expect(catalog.blocks().map(\.name) == ["A"])
        catalog.update(metadata: [Fixture.target("a", [Fixture.family("up")])], now: 1)
        #expect(catalog.metadata().count == 1)
        #expect(try fixture.rows("PRAGMA user_version") == [["2"]])
    }

    @Test(arguments: ["PRAGMA user_version = 99", "PRAGMA application_id = 7"])
    func whatIsNotOursIsLeftUntouched(change: String) throws {
        let fixture = try Fixture()
        update(fixture.open(), [Fixture.block("A")])
        try SQLiteConnection(path: fixture.path).execute(change)
        let catalog = fixture.open()
        update(catalog, [Fixture.block("B")])
        #expect(catalog.blocks().isEmpty)
        #expect(try fixture.rows("SELECT name FROM block") == [["A"]])
        #expect(fixture.log.contains("The catalog cannot be used"))
        // Once, however often it is tried.
        #expect(fixture.log.split(separator: "\n").count == 1)
    }

    @Test(arguments: [0, 1, 2]) func aDamagedFileIsMadeAnew(kind: Int) throws {
        let fixture = try Fixture()
        let blocks = (0..<200).map { Fixture.block("\($0)") }
        let first = fixture.open()
        update(first, blocks)
        first.close()
        let url = URL(fileURLWithPath: fixture.path)
        var bytes = try Data(contentsOf: url)
        switch kind {
        case 0: bytes = Data("not a database at all, but long enough to be read as one".utf8)
        case 1: bytes.replaceSubrange(4096..<8192, with: Data(repeating: 0x5A, count: 4096))
        default: bytes.removeLast(bytes.count - 5000)
        }
        try bytes.write(to: url)
        let second = fixture.open()
        update(second, blocks)
        #expect(second.blocks().count == 200)
        #expect(fixture.log.contains("The catalog is damaged; it is made anew"))
        #expect(fixture.metric("apus_catalog_rebuilds_total") == "1")
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path + ".damaged")) == bytes)
    }

    @Test func aFullDiskPasses() throws {
        let fixture = try Fixture()
        let catalog = fixture.open()
        update(catalog, [Fixture.block("A")])
        catalog.use { (_, connection) throws(SQLiteError) in try connection.execute("PRAGMA max_page_count = 1") }
        let many = (0..<2000).map { Fixture.block("B\($0)") }
        update(catalog, many)
        #expect(fixture.log.contains("database or disk is full"))
        #expect(try fixture.rows("SELECT name FROM block") == [["A"]])
        #expect(fixture.metric("apus_catalog_failures_total") == "1")
        update(catalog, many)
        #expect(catalog.blocks().count == 2000)
    }

    @Test func aPlaceThatCannotBeOpenedPasses() throws {
        let fixture = try Fixture()
        try FileManager.default.createDirectory(atPath: fixture.path, withIntermediateDirectories: false)
        let catalog = fixture.open()
        update(catalog, [Fixture.block("A")])
        #expect(catalog.blocks().isEmpty)
        #expect(fixture.log.contains("unable to open database file"))
        try FileManager.default.removeItem(atPath: fixture.path)
        update(catalog, [Fixture.block("A")])
        #expect(catalog.blocks().count == 1)
    }
}
