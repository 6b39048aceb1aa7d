import Model
import SQLite
import Testing

@testable import Catalog

/// What targets said about their metrics is there after a restart.
struct CatalogMetadataTests {
    private typealias Fixture = CatalogFixture
    private static let hour: Int64 = 3_600_000

    @Test func whatWasSaidLastStays() throws {
        let fixture = try Fixture()
        let first = fixture.open()
        let odd = Fixture.family("odd name\u{1}", .histogram, help: "a \"b\"\\\n\u{7f}é😀", unit: "seconds")
        let a = Fixture.target("a", [Fixture.family("b_total", .counter, help: "one"), odd])
        let b = Fixture.target("b\"\\\n\u{1}", [Fixture.family("b_total", .counter, help: "two"), Fixture.family("c")])
        first.update(metadata: [a, b], now: 1)
        #expect(first.metadata() == [a, b])
        first.close()
        let second = fixture.open()
        #expect(second.metadata() == [a, b])
        // A target that says nothing keeps what it said; another one's news replace what it said.
        let news = Fixture.target("a", [Fixture.family("b_total", .counter, help: "three")])
        second.update(metadata: [news, Fixture.target("b\"\\\n\u{1}", [])], now: 2)
        #expect(second.metadata() == [news, b])
        #expect(fixture.log.isEmpty)
    }

    @Test func aCopyHasAllOfIt() throws {
        let fixture = try Fixture()
        let copied = try Fixture()
        let target = Fixture.target("a", [Fixture.family("b_total", .counter, help: "one")])
        let catalog = fixture.open()
        catalog.update(metadata: [target], now: 1)
        catalog.update(blocks: [Fixture.block(deletions: 1)]) { _ in [Fixture.deletion] }
        catalog.copy(to: copied.directory)
        let again = copied.open()
        #expect(again.metadata() == [target])
        #expect(again.blocks() == [Fixture.block(deletions: 1)])
        #expect(try copied.rows("SELECT count(*) FROM deletion") == [["1"]])
        #expect(fixture.log.isEmpty && copied.log.isEmpty)
        // What is there is never written over.
        catalog.update(metadata: [Fixture.target("a", [Fixture.family("news")])], now: 2)
        catalog.copy(to: copied.directory)
        #expect(fixture.log.contains("level=error"))
        #expect(copied.open().metadata() == [target])
    }

    @Test func nothingIsWrittenWhileNothingChanges() throws {
        let fixture = try Fixture()
        let catalog = fixture.open()
        let target = Fixture.target("a", [Fixture.family("b"), Fixture.family("c")])
        catalog.update(metadata: [target], now: Self.hour)
        let changes = try #require(catalog.changes)
        for minute in 1..<60 { catalog.update(metadata: [target], now: Self.hour + Int64(minute) * 60_000) }
        #expect(catalog.changes == changes)
        #expect(try fixture.rows("SELECT seen_ms FROM target") == [["\(Self.hour)"]])
        catalog.update(metadata: [target], now: 2 * Self.hour)
        #expect(try fixture.rows("SELECT seen_ms FROM target") == [["\(2 * Self.hour)"]])
    }

    @Test func lostTargetsAreForgottenInTheEnd() throws {
        let fixture = try Fixture()
        let catalog = fixture.open()
        let a = Fixture.target("a", [Fixture.family("both"), Fixture.family("only_a")])
        let b = Fixture.target("b", [Fixture.family("both")])
        catalog.update(metadata: [a, b], now: 0)
        catalog.update(metadata: [b], now: 10 * Self.hour)
        catalog.forgetMetadata(before: 0)
        #expect(catalog.metadata() == [a, b])
        catalog.forgetMetadata(before: 5 * Self.hour)
        #expect(catalog.metadata() == [b])
        #expect(try fixture.rows("SELECT name FROM metadata") == [["both"]])
        // It comes back.
        catalog.update(metadata: [a], now: 11 * Self.hour)
        #expect(catalog.metadata() == [a, b])
    }

    @Test func theLiveTargetsComeFirst() throws {
        let fixture = try Fixture()
        let catalog = fixture.open()
        let a = Fixture.target("a", [Fixture.family("x", help: "old"), Fixture.family("y", help: "old")])
        let gone = Fixture.target("gone", [Fixture.family("x", help: "older"), Fixture.family("z", help: "old")])
        catalog.update(metadata: [a, gone], now: 1)
        let silent = CatalogedTargets(
            FixedMetadata([Fixture.target("a", []), Fixture.target("new", [])]), catalog)
        #expect(silent.targetMetadata() == [a, Fixture.target("new", [])])
        #expect(silent.metadata().map { "\($0.name) \($0.metadata.help)" } == ["x old", "x older", "y old", "z old"])
        let news = Fixture.target("a", [Fixture.family("x", help: "new")])
        let speaking = CatalogedTargets(FixedMetadata([news]), catalog)
        #expect(speaking.targetMetadata() == [news])
        #expect(speaking.metadata().map { "\($0.name) \($0.metadata.help)" } == ["x new", "y old", "z old"])
    }
}

private struct FixedMetadata: TargetDirectory {
    private let said: [TargetMetadata]

    init(_ said: [TargetMetadata]) { self.said = said }

    func targets() -> [TargetStatus] { [] }
    func metadata() -> [MetricFamily] { Set(said.flatMap(\.families)).sorted() }
    func targetMetadata() -> [TargetMetadata] { said }
}

extension Catalog {
    /// Rows changed since the file was opened.
    fileprivate var changes: Int64? {
        use { (_, connection) throws(SQLiteError) in try connection.number("SELECT total_changes()") }
    }
}
