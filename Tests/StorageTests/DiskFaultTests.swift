import Model
import Platform
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Storage

/// A full or failing disk stops what has to write and nothing else; what was acknowledged is there afterwards.
struct DiskFaultTests {
    private static let start = TestSeries.start
    private static let end = TestSeries.start + 5 * TestSeries.window

    private final class Store {
        let disk = SimulatedFileSystem(seed: 1)
        let registry = MetricRegistry()
        let database: Database
        private let said = LogText()

        init(_ change: (inout DatabaseOptions) -> Void = { _ in }) throws {
            var options = DatabaseOptions()
            options.flushQuiet = 0
            options.rowsPerGroup = 8
            options.retention = .max
            change(&options)
            let clock = ManualTime()
            database = Database(
                directory: "data", fileSystem: disk, clock: clock, options: options, metrics: registry,
                logger: Logger(minimum: .info, clock: clock) { [said] in said.append($0) })
            try database.open()
        }

        /// Lines of the log about samples that are refused or taken again.
        var notices: [Substring] { said.lines.filter { $0.contains("Samples are ") } }

        func metric(_ name: String) -> String? {
            let text = ByteBuffer()
            registry.write(to: text)
            return String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
                .first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    private func scrape(_ series: TestSeries, _ steps: Range<Int>) throws {
        for step in steps { try series.scrape(at: Self.start + Int64(step) * 60_000) { Double($0 * step) } }
    }

    @Test func appendsSayThatTheDiskIsFull() throws {
        let store = try Store()
        let series = try TestSeries(store.database, count: 10)
        try scrape(series, 0..<10)
        let before = try store.database.samples()
        store.disk.setCapacity(0)
        for _ in 0..<3 {
            do {
                try scrape(series, 10..<11)
                Issue.record("the disk is full")
            } catch let error as AppendError {
                #expect(error.description.contains("noSpace") && error.description.contains("data/wal/journal/"))
            }
        }
        #expect(store.metric("prometheus_tsdb_wal_writes_failed_total") == "3")
        #expect(store.metric("apus_tsdb_ingestion_stopped") == "1")
        #expect(store.notices.count == 1)
        #expect(store.notices.last?.contains("level=error msg=\"Samples are refused: ") == true)
        #expect(store.notices.last?.contains("noSpace") == true)
        try SampleMismatch.check(store.database.samples(), equals: before, "meanwhile")
        store.disk.setCapacity(nil)
        try scrape(series, 10..<12)
        #expect(store.metric("apus_tsdb_ingestion_stopped") == "0")
        #expect(store.notices.count == 2 && store.notices.last?.contains("Samples are taken again") == true)
        let after = try store.database.samples()
        #expect(after.values.allSatisfy { $0.count == 12 })
        try SampleMismatch.check(DamagedStore.open(store.disk.kill()).samples(), equals: after, "restarted")
    }

    /// A series that a failed commit has moved to another timeline is still judged by what it has in the former one.
    @Test(arguments: [false, true]) func aFailedMoveLeavesTheOrderOfASeries(_ isFlushed: Bool) throws {
        let store = try Store()
        try scrape(TestSeries(store.database, count: 1), 1..<11)
        var disk = store.disk
        var database = store.database
        if isFlushed {
            database.tick(now: Self.end)
            disk = disk.kill()
            database = try DamagedStore.open(disk)
        }
        let before = try database.samples()
        let elsewhere = try TestSeries(database, count: 1, origin: Origin(.remote, key: 1))
        let newest = Self.start + 10 * 60_000
        disk.fail(.write, with: .device)
        #expect(throws: AppendError.self) { try elsewhere.scrape(at: newest + 60_000) { _ in 1 } }
        #expect(try elsewhere.scrape(at: newest - 500) { _ in .staleMarker }.lateMarkers == 1)
        #expect(try elsewhere.scrape(at: newest) { _ in -1 }.duplicate == 1)
        #expect(try elsewhere.scrape(at: newest - 600_001) { _ in 1 }.outOfOrder == 1)
        try SampleMismatch.check(database.samples(), equals: before, "nothing of that is new")
        #expect(try elsewhere.scrape(at: newest + 60_000) { _ in 1 }.appended == 1)
        let after = try database.samples()
        try SampleMismatch.check(DamagedStore.open(disk.kill()).samples(), equals: after, "restarted")
        #expect(database.head.origins[elsewhere.origin]?.timelines.count == 1)
    }

    /// Groups stay in memory and journal until there is room.
    @Test func sealingGoesOnWhenThereIsRoom() throws {
        let store = try Store()
        let series = try TestSeries(store.database, count: 10)
        try scrape(series, 0..<30)
        let before = try store.database.samples()
        store.disk.setCapacity(0)
        for _ in 0..<3 { store.database.tick(now: Self.start + 30 * 60_000) }
        #expect(store.database.figures.sealedGroups == 0)
        #expect(store.metric("apus_tsdb_row_group_write_failures_total") == "3")
        try SampleMismatch.check(store.database.samples(), equals: before, "meanwhile")
        store.disk.setCapacity(nil)
        store.database.tick(now: Self.start + 30 * 60_000)
        #expect(store.database.figures.sealedGroups > 0)
        try SampleMismatch.check(store.database.samples(), equals: before, "afterwards")
        try SampleMismatch.check(DamagedStore.open(store.disk.crash(seed: 1)).samples(), equals: before, "power cut")
    }

    /// Wherever in the flush the disk is full.
    @Test func flushingGoesOnWhenThereIsRoom() throws {
        for room: Int64 in stride(from: 0, through: 12_000, by: 1000) {
            let store = try Store()
            let series = try TestSeries(store.database, count: 10)
            try scrape(series, 0..<200)
            let before = try store.database.samples()
            store.disk.setCapacity(store.disk.usedBytes + room)
            store.database.tick(now: Self.end)
            try SampleMismatch.check(store.database.samples(), equals: before, "room for \(room): meanwhile")
            store.disk.setCapacity(nil)
            store.database.tick(now: Self.end)
            #expect(!store.database.blocks.all.isEmpty)
            try SampleMismatch.check(store.database.samples(), equals: before, "room for \(room): afterwards")
            let names = try store.disk.list("data/blocks")
            #expect(names.allSatisfy { BlockName($0) != nil }, "\(names)")
            try SampleMismatch.check(
                DamagedStore.open(store.disk.crash(seed: 1)).samples(), equals: before, "room for \(room): power cut")
        }
    }

    @Test func compactionGoesOnWhenThereIsRoom() throws {
        let store = try Store { $0.flushDelay = 0 }
        let series = try TestSeries(store.database, count: 10)
        try scrape(series, 0..<600)
        store.database.sealLock.withLock { _ in _ = try? store.database.flush(now: Self.end, quiet: 0) }
        let blocks = store.database.blocks.all.count
        #expect(blocks == 5)
        let before = try store.database.samples()
        store.disk.setCapacity(store.disk.usedBytes + 1000)
        for _ in 0..<2 { store.database.compact(now: Self.end) }
        #expect(store.database.blocks.all.count == blocks)
        #expect(store.metric("prometheus_tsdb_compactions_failed_total") == "2")
        try SampleMismatch.check(store.database.samples(), equals: before, "meanwhile")
        // It may get full later, too.
        store.disk.setCapacity(nil)
        store.disk.fail(.write, with: .noSpace, skip: 1)
        store.database.compact(now: Self.end)
        #expect(store.database.blocks.all.count == blocks)
        store.database.compact(now: Self.end)
        #expect(store.database.blocks.all.count < blocks)
        try SampleMismatch.check(store.database.samples(), equals: before, "afterwards")
    }

    @Test func aDeletionIsAnsweredWhenItIsDurable() throws {
        let store = try Store()
        let series = try TestSeries(store.database, count: 10)
        try scrape(series, 0..<100)
        store.database.tick(now: Self.end)
        let before = try store.database.samples()
        store.disk.setCapacity(store.disk.usedBytes)
        #expect(throws: StorageError.self) {
            try store.database.delete([[.equal("__name__", "m1")]], start: .min, end: .max, now: Self.end)
        }
        try SampleMismatch.check(store.database.samples(), equals: before, "not deleted")
        store.disk.setCapacity(nil)
        try store.database.delete([[.equal("__name__", "m1")]], start: .min, end: .max, now: Self.end)
        let after = try store.database.samples()
        #expect(after.count == 8)
        try SampleMismatch.check(DamagedStore.open(store.disk.crash(seed: 1)).samples(), equals: after, "power cut")
    }

    /// What the disk has after a failed fsync nobody knows, so nothing is acknowledged any more.
    @Test(arguments: [DatabaseOptions.Sync.always, .interval(1000)]) func aFailedSyncEndsIngestion(
        _ sync: DatabaseOptions.Sync
    ) throws {
        let store = try Store { $0.sync = sync }
        let series = try TestSeries(store.database, count: 10)
        try scrape(series, 0..<10)
        store.database.tick(now: Self.start)
        let durable = try store.database.samples()
        store.disk.fail(.sync, with: .device)
        if sync == .always {
            #expect(throws: AppendError.self) { try scrape(series, 10..<11) }
        } else {
            try scrape(series, 10..<11)
            store.database.tick(now: Self.start)
        }
        for step in 11..<13 {
            do {
                try scrape(series, step..<step + 1)
                Issue.record("nothing can be acknowledged")
            } catch let error as AppendError {
                #expect(error.description.contains("takes no more writes"), "\(error)")
                #expect(error.description.contains("check the disk and restart"), "\(error)")
            }
        }
        store.database.tick(now: Self.start)
        #expect(store.metric("apus_tsdb_ingestion_stopped") == "1")
        #expect(store.notices.count == 1 && store.notices.last?.contains("refused until a restart") == true)
        #expect(try store.database.samples().count == 10)
        #expect(throws: StorageError.self) { try store.database.makeSnapshot() }
        // What was durable is there after a power cut, and the store takes samples again.
        let disk = store.disk.crash(seed: 5)
        let again = try DamagedStore.open(disk)
        let found = try again.samples()
        for (labels, times) in durable {
            for (time, bits) in times { #expect(found[labels]?[time] == bits) }
        }
        try scrape(try TestSeries(again, count: 10), 20..<21)
        #expect(try disk.status("data/wal/sync-failed") == nil)
    }
}
