import Model
import TestSupport
import Testing

@testable import Storage

/// From which time on samples may have changed.
struct ChangeTimesTests {
    /// Never later than the truth, and earlier by less than a second, but for what is told to be forgotten.
    @Test(arguments: UInt64(1)..<9) func answersAreBounds(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let changes = ChangeTimes()
        var times: [Int64] = []
        for commit in 1...UInt64(3000) {
            let late = random.chance(0.05) ? Int64.random(in: 0...500_000, using: &random) : 0
            times.append(Int64(commit) * 200 + Int64.random(in: 0...700, using: &random) - late)
            changes.note(commit, earliest: times[times.count - 1])
            let since = UInt64.random(in: 0...commit, using: &random)
            let truth = times[Int(since)...].min() ?? .max
            let found = try #require(changes.firstChange(after: since))
            #expect(found <= truth && found > truth - 1000 || found == truth, "seed \(seed), \(since) of \(commit)")
        }
    }

    @Test func theOldestAreForgotten() {
        let changes = ChangeTimes()
        for commit in UInt64(1)...5000 { changes.note(commit, earliest: Int64(commit) * 1000) }
        #expect(changes.firstChange(after: 100) == nil)
        #expect(changes.firstChange(after: 4000) == 4_001_000)
        #expect(changes.firstChange(after: 5000) == .max)
    }

    // MARK: The store

    private static let start = TestSeries.start

    private static func append(
        _ database: Database, _ times: [Int64], origin: Origin = Origin(.scraped, key: 1), id: String = "1"
    ) throws {
        let reference = try database.reference(for: Labels(["__name__": "m", "id": id]))
        for time in times {
            let part = AppendBatch.Part(origin: origin, time: start + time, references: [reference], values: [1])
            _ = try database.append(AppendBatch(parts: [part]), now: start + time)
        }
    }

    private static func unchanged(_ database: Database, since mark: SnapshotMark?) throws -> Range<Int64>? {
        try database.snapshot().unchanged(since: #require(mark))
    }

    @Test func theStoreTells() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1)) {
            $0.outOfOrderWindow = 3_600_000
            $0.flushQuiet = 0
            $0.retention = .max
        }
        try Self.append(database, [0, 15_000, 30_000])
        let mark = try database.snapshot().mark
        #expect(try Self.unchanged(database, since: mark) == .min ..< .max)
        try Self.append(database, [45_000, 60_000])
        #expect(try Self.unchanged(database, since: mark) == .min..<Self.start + 45_000)
        let later = try database.snapshot().mark
        // A late sample, and one of a sender that lags behind.
        try Self.append(database, [20_000])
        #expect(try Self.unchanged(database, since: mark) == .min..<Self.start + 20_000)
        #expect(try Self.unchanged(database, since: later) == .min..<Self.start + 20_000)
        let remote = Origin(.remote, key: 5)
        for id in ["a", "b"] { try Self.append(database, [100_000, 115_000], origin: remote, id: id) }
        let lagging = try database.snapshot().mark
        try Self.append(database, [100_000], origin: remote, id: "c")
        #expect(try Self.unchanged(database, since: lagging) == .min..<Self.start + 100_000)
        // Blocks hold the same samples.
        let last = try database.snapshot().mark
        database.tick(now: Self.start + 10 * TestSeries.window)
        #expect(!database.blocks.all.isEmpty)
        #expect(try Self.unchanged(database, since: last) == .min ..< .max)
        try database.delete(
            [[.equal("id", "a")]], start: Self.start, end: Self.start + 1, now: Self.start + 10 * TestSeries.window)
        #expect(try Self.unchanged(database, since: last) == nil)
    }

    @Test func retentionTells() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1)) {
            $0.flushQuiet = 0
            $0.retention = TestSeries.window
        }
        try Self.append(database, [0, 20 * TestSeries.window])
        let mark = try database.snapshot().mark
        for _ in 0..<3 { database.tick(now: Self.start + 40 * TestSeries.window) }
        #expect(try Self.unchanged(database, since: mark) == nil)
        let other = try database.snapshot().mark
        database.apply(database.options)
        #expect(try Self.unchanged(database, since: other) == nil)
    }
}
