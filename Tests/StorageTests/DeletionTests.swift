import Journal
import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// Deleted samples are gone at once and for good; what comes later is not touched.
struct DeletionTests {
    private static let start = TestSeries.start

    private func open(_ disk: any FileSystem) throws -> Database {
        try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
    }

    private func fill(_ database: Database) throws -> TestSeries {
        let series = try TestSeries(database, count: 20)
        for step in 0..<600 { try series.scrape(at: Self.start + Int64(step) * 15_000) { Double($0 + step) } }
        database.tick(now: Self.start + 600 * 15_000)
        return series
    }

    private func without(_ samples: StoredSamples, _ metric: String, _ range: ClosedRange<Int64>) -> StoredSamples {
        samples.compactMapValues { $0 }.reduce(into: [:]) { left, entry in
            let kept = entry.key.metricName == metric ? entry.value.filter { !range.contains($0.key) } : entry.value
            if !kept.isEmpty { left[entry.key] = kept }
        }
    }

    @Test(arguments: [false, true]) func theyAreGone(_ isFlushed: Bool) throws {
        var disk = SimulatedFileSystem(seed: 1)
        var database = try open(disk)
        let series = try fill(database)
        let end = Self.start + 600 * 15_000
        if isFlushed { database.tick(now: end + 10 * TestSeries.window) }
        let range = Self.start + 100_000...Self.start + 8_000_000
        var expected = without(try database.samples(), "m2", range)
        try database.delete(
            [[.equal("__name__", "m2")]], start: range.lowerBound, end: range.upperBound, now: end)
        try SampleMismatch.check(database.samples(), equals: expected, "at once")
        disk = disk.crash(seed: 3)
        database = try open(disk)
        try SampleMismatch.check(database.samples(), equals: expected, "after a power cut")
        // A new sample at a deleted time is one.
        let labels = Labels(["__name__": "m2", "late": "yes"])
        let reference = try database.reference(for: labels)
        let part = AppendBatch.Part(
            origin: series.origin, time: range.lowerBound + 5, references: [reference], values: [9])
        #expect(try database.append(AppendBatch(parts: [part]), now: end).appended == 1)
        expected[labels] = [range.lowerBound + 5: Double(9).bitPattern]
        try SampleMismatch.check(database.samples(), equals: expected, "backfilled")
        try database.cleanTombstones(now: end)
        #expect(database.blocks.all.allSatisfy { $0.deletions.isEmpty })
        let left = expected.values.flatMap(\.keys).count { time in
            database.blocks.all.contains { $0.meta.start <= time && time < $0.meta.end }
        }
        #expect(database.blocks.all.reduce(0) { $0 + $1.meta.samples } == left - 1)
        try SampleMismatch.check(database.samples(), equals: expected, "cleaned")
        try SampleMismatch.check(open(disk.kill()).samples(), equals: expected, "cleaned and restarted")
    }

    /// Of a journal that is no longer needed, a power cut may bring segments back, as long as nobody synced that they
    /// are gone. A block that was merged meanwhile still says what it stands for.
    @Test(arguments: UInt64(1)...20) func whatReturnsAfterAPowerCutStaysDeleted(seed: UInt64) throws {
        var disk = SimulatedFileSystem(seed: seed)
        func open() throws -> Database {
            try TestDatabase.open(disk) {
                $0.flushQuiet = 0
                $0.flushDelay = 0
                $0.journalLimit = 1
                $0.sync = .never
                $0.retention = .max
            }
        }
        var database = try open()
        var series = try TestSeries(database, count: 10)
        // Two windows of one range of the second level, the last one among them.
        let range = 3 * TestSeries.window
        let start = Self.start - Self.start % range
        for step in 0..<20 { try series.scrape(at: start + Int64(step) * 15_000) { Double($0) } }
        try database.delete([[.equal("__name__", "m2")]], start: .min, end: .max, now: start + 400_000)
        // The end begins another segment, but cannot remove the first one.
        disk.fail(.remove, with: .device)
        try? database.close()
        database = try open()
        series = try TestSeries(database, count: 10)
        let last = start + 2 * TestSeries.window
        for step in 0..<20 { try series.scrape(at: last + Int64(step) * 15_000) { Double($0) } }
        for _ in 0..<3 { database.tick(now: last + 2 * TestSeries.window) }
        #expect(database.blocks.all.map(\.meta.level) == [2])
        disk = disk.crash(seed: seed)
        let times = try open().samples().filter { $0.key.metricName == "m2" }.flatMap(\.value.keys)
        #expect(times.allSatisfy { $0 >= last })
    }

    /// A deletion makes a block of a window while an older one is still in the head; blocks then know the order.
    @Test func orderIsKnownAfterARestart() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let former = try open(disk)
        let newest = Self.start + TestSeries.window + 600_000
        let written = try TestSeries(former, count: 2)
        for time in [Self.start + 60_000, newest] { try written.scrape(at: time) { _ in 1 } }
        try written.append(0, times: [Self.start], values: [2], now: newest)
        try former.delete([[.equal("n", "1")]], start: newest, end: .max, now: newest)
        #expect(former.blocks.all.map(\.meta.start) == [Self.start + TestSeries.window])
        let database = try open(disk.kill())
        let before = try database.samples()
        let series = try TestSeries(database, count: 1)
        #expect(database.liveSeries(of: series.origin).contains(series.references[0]))
        #expect(try series.scrape(at: newest) { _ in 2 }.duplicate == 1)
        #expect(try series.scrape(at: newest - 500) { _ in .staleMarker }.lateMarkers == 1)
        #expect(try series.scrape(at: newest - 600_001) { _ in 2 }.outOfOrder == 1)
        try SampleMismatch.check(database.samples(), equals: before, "nothing of that is new")
        #expect(try series.scrape(at: newest + 60_000) { _ in 2 }.appended == 1)
    }

    @Test func whatAQueryReadsIsWaitedFor() throws {
        let database = try open(SimulatedFileSystem(seed: 1))
        _ = try fill(database)
        let expected = without(try database.samples(), "m1", .min ... .max)
        try database.delete([[.equal("__name__", "m1")]], start: .min, end: .max, now: Self.start)
        try SampleMismatch.check(database.samples(), equals: expected, "deleted")
        #expect(try database.snapshot().series(LabelRequest()).count == 20)
    }

    @Test func aDamagedListIsNoticed() throws {
        let claim = BlockMeta.Replaced(
            directory: "1699999200000.2", window: 1_699_999_200_000, size: 176,
            position: LogPosition(segment: 3, offset: 77))
        var deletions = BlockDeletions(replaced: [claim])
        deletions.add(5...9, of: 3)
        deletions.add(6...7, of: 3)
        deletions.add(-8...7, of: 70_000)
        let list = deletions.encode()
        let bytes = [UInt8](list.bytes)
        let text = """
            apus block deletions, format 1
            replaces 1699999200000.2 1699999200000 176 3 77
            3 5 9
            70000 -8 7
            crc32c 616437551

            """
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(try BlockDeletions(bytes, file: "d") == deletions)
        #expect(deletions[3] == [5...9] && deletions[4].isEmpty)
        for offset in bytes.indices {
            var damaged = bytes
            damaged[offset] ^= 1
            #expect(throws: BlockError.self) { try BlockDeletions(damaged, file: "d") }
        }
    }
}
