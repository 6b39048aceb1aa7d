import Model
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Storage

/// A snapshot is a data directory with all that was acknowledged before it was asked for.
struct SnapshotTests {
    private static let start = TestSeries.start

    private func open(
        _ files: any FileSystem, _ path: String = "data", clock: ManualTime = ManualTime()
    ) throws -> Database {
        let database = TestDatabase.make(files, directory: path, clock: clock) {
            $0.flushQuiet = 0
            $0.retention = .max
            $0.rowsPerGroup = 8
        }
        try database.open()
        return database
    }

    /// Two windows in blocks, some of their samples deleted, and a third one in the head, its oldest groups sealed.
    private func fill(_ database: Database) throws -> TestSeries {
        let series = try TestSeries(database, count: 20)
        for step in 0..<1200 {
            let time = Self.start + Int64(step) * 15_000
            try series.scrape(at: time) { Double($0 * step) }
            if step % 50 == 0 { database.tick(now: time) }
        }
        try database.delete([[.equal("__name__", "m3")]], start: .min, end: Self.start + 5_000_000, now: Self.start)
        return series
    }

    @Test func aSnapshotHoldsEverything() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        let series = try fill(database)
        #expect(!database.blocks.all.isEmpty && database.figures.openGroups > 0)
        let expected = try database.samples()
        let name = try database.makeSnapshot()
        #expect(name.wholeMatch(of: /\d{8}T\d{6}Z-[0-9a-f]{16}/) != nil, "\(name)")
        // What comes later goes to neither snapshot nor, from there, back.
        for step in 1200..<1300 { try series.scrape(at: Self.start + Int64(step) * 15_000) { Double($0 * step) } }
        try database.delete([[.equal("__name__", "m4")]], start: .min, end: .max, now: Self.start)
        let after = try database.samples()
        let copy = try open(disk, "data/snapshots/\(name)")
        try SampleMismatch.check(copy.samples(), equals: expected, "the snapshot")
        try copy.delete([[.equal("__name__", "m5")]], start: .min, end: .max, now: Self.start)
        try TestSeries(copy, count: 3).scrape(at: Self.start + 1200 * 15_000) { Double($0) }
        try copy.close()
        try SampleMismatch.check(database.samples(), equals: after, "the original")
        try SampleMismatch.check(open(disk.kill()).samples(), equals: after, "the original, restarted")
    }

    @Test func aSnapshotSurvivesAPowerCut() throws {
        for seed: UInt64 in 1...20 {
            let disk = SimulatedFileSystem(seed: seed)
            let database = try open(disk)
            _ = try fill(database)
            let expected = try database.samples()
            let name = try database.makeSnapshot()
            let copy = try open(disk.crash(seed: seed), "data/snapshots/\(name)")
            try SampleMismatch.check(copy.samples(), equals: expected, "seed \(seed)")
        }
    }

    @Test func withoutTheHeadItTakesSamplesAgain() throws {
        let disk = SimulatedFileSystem(seed: 1)
        var database = try open(disk)
        _ = try fill(database)
        let blocks = database.blocks.all.reduce(0) { max($0, $1.meta.lastTime) }
        let expected = try database.samples().compactMapValues { times in
            let kept = times.filter { $0.key <= blocks }
            return kept.isEmpty ? nil : kept
        }
        let path = "data/snapshots/\(try database.makeSnapshot(skipsHead: true))"
        database = try open(disk, path)
        try SampleMismatch.check(database.samples(), equals: expected, "blocks only")
        // The blocks' claims on the journal must not take what comes now.
        try TestSeries(database, count: 20).scrape(at: blocks + 7_500) { Double($0) }
        let more = try database.samples()
        #expect(more != expected)
        try SampleMismatch.check(open(disk.kill(), path).samples(), equals: more, "restarted")
    }

    @Test func failuresLeaveNothing() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        _ = try fill(database)
        for operation in [SimulatedFileSystem.Operation.link, .write, .syncDirectory, .rename, .sync] {
            disk.fail(operation, with: .noSpace, skip: operation == .link ? 3 : 0)
            #expect(throws: StorageError.self, "\(operation)") { try database.makeSnapshot() }
            #expect(try disk.list("data/snapshots").isEmpty)
        }
    }

    @Test func oneThatWasBegunIsRemoved() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        _ = try fill(database)
        disk.crash(atOperation: disk.operations + 12)
        #expect(throws: StorageError.self) { try database.makeSnapshot() }
        let next = disk.crash(seed: 5)
        let name = try open(next).makeSnapshot()
        #expect(try next.list("data/snapshots") == [name])
    }

    @Test func whatIsOnAnotherVolumeIsCopied() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        _ = try fill(database)
        let expected = try database.samples()
        disk.fail(.link, with: .otherVolume, times: .max)
        let name = try database.makeSnapshot()
        try SampleMismatch.check(open(disk, "data/snapshots/\(name)").samples(), equals: expected, "copied")
    }

    /// Samples are appended, sealed and flushed by other threads meanwhile.
    @Test func underLoad() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let clock = ManualTime()
        let database = try open(disk, clock: clock)
        let series = try fill(database)
        let acknowledged = Mutex(1199)
        let end = Mutex(false)
        let writer = try Thread(name: "writer") {
            for step in 1200..<100_000 where !end.withLock({ $0 }) {
                let time = Self.start + Int64(step) * 15_000
                _ = try? series.scrape(at: time) { Double($0 * step) }
                acknowledged.withLock { $0 = step }
                if step % 20 == 0 { database.tick(now: time) }
            }
        }
        var names: [(name: String, from: Int, to: Int)] = []
        for _ in 0..<4 {
            clock.advance(milliseconds: 1)
            let from = acknowledged.withLock { $0 }
            let name = try database.makeSnapshot()
            names.append((name, from, acknowledged.withLock { $0 } + 1))
        }
        end.withLock { $0 = true }
        writer.join()
        let all = try database.samples()
        for (name, from, to) in names {
            let found = try open(disk, "data/snapshots/\(name)").samples()
            let last = try #require(found.values.flatMap(\.keys).max())
            #expect(last >= Self.start + Int64(from) * 15_000 && last <= Self.start + Int64(to) * 15_000)
            try SampleMismatch.check(
                found, equals: all.compactMapValues { $0.filter { $0.key <= last } }, "snapshot \(name)")
        }
    }
}
