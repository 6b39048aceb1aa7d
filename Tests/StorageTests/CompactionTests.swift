import Model
import Platform
import Telemetry
import TestSupport
import Testing

@testable import Storage

/// Blocks are merged level by level, go when they are too old, and tell the same before and after.
struct CompactionTests {
    private static let start = TestSeries.start - TestSeries.start % (9 * TestSeries.window)

    private func open(
        _ disk: any FileSystem, _ change: (inout DatabaseOptions) -> Void = { _ in }
    ) throws -> Database {
        try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.flushDelay = 0
            $0.retention = 1000 * 86_400_000
            change(&$0)
        }
    }

    private func fill(_ series: TestSeries, windows: Range<Int>) throws {
        for window in windows {
            for step in 0..<24 {
                let time = Self.start + Int64(window) * TestSeries.window + Int64(step) * 300_000
                try series.scrape(at: time) { Double($0 * 100 + step * window) }
            }
            series.database.tick(now: Self.start + Int64(window + 1) * TestSeries.window)
        }
    }

    @Test func levelsGrow() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        try fill(try TestSeries(database, count: 30), windows: 0..<20)
        let blocks = database.blocks.all.map(\.meta)
        #expect(blocks.map { ($0.end - $0.start) / TestSeries.window } == [9, 9, 1, 1])
        #expect(blocks.map(\.level) == [3, 3, 1, 1])
        #expect(blocks[0].samples == 30 * 24 * 9 && blocks[0].timelines == 1 && blocks[0].sources.count == 9)
        let samples = try database.samples()
        #expect(samples.count == 30 && samples.values.allSatisfy { $0.count == 24 * 20 })
        let next = disk.kill()
        try SampleMismatch.check(open(next).samples(), equals: samples, "restarted")
        #expect(try next.list("data/blocks").count == 4)
    }

    @Test func overlapAndRepetitionsGo() throws {
        let database = try open(SimulatedFileSystem(seed: 1))
        let series = try TestSeries(database, count: 6)
        try fill(series, windows: 0..<1)
        let other = try TestSeries(database, count: 12, origin: Origin(.imported, key: 2))
        for number in 6..<12 {
            try other.append(number, times: [Self.start + 5, Self.start + 6], values: [1, 2], now: Self.start)
        }
        let before = try database.samples()
        database.tick(now: Self.start + 2 * TestSeries.window)
        #expect(database.blocks.all.count == 1)
        #expect(database.blocks.all.first?.meta.level == 2)
        try SampleMismatch.check(database.samples(), equals: before, "merged")
    }

    /// A clock that stands still, and a start that draws the same random numbers as the one before: the name of a block
    /// that was merged into another one is not given away again, as what has it goes at the next start.
    @Test func namesDoNotComeAgain() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let now = Self.start + 30 * TestSeries.window
        for window in [Int64(0), 0, 20] {
            // The journal goes as soon as blocks have what is in it.
            let database = try open(disk) { $0.journalLimit = 1 }
            let series = try TestSeries(database, count: 2, origin: Origin(.imported, key: 2))
            let time = Self.start + window * TestSeries.window + Int64(database.blocks.all.count)
            for number in 0..<2 {
                // The second block lies within the first one.
                let times = window > 0 || database.blocks.all.isEmpty ? [time, time + 10] : [time]
                try series.append(
                    number, times: times, values: times.map { _ in 1 }, now: Self.start + window * TestSeries.window)
            }
            for _ in 0..<2 { database.tick(now: now) }
        }
        let database = try open(disk)
        #expect(try database.samples().values.map(\.count) == [5, 5])
        #expect(database.blocks.all.map(\.meta.level) == [2, 1])
    }

    @Test func oldBlocksGo() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk) { $0.retention = 5 * TestSeries.window }
        try fill(try TestSeries(database, count: 3), windows: 0..<12)
        #expect(database.blocks.all.map(\.meta.start).min() == Self.start + 6 * TestSeries.window)
        #expect(try disk.list("data/blocks").count == database.blocks.all.count)
    }

    @Test func tooManyBlocksGo() throws {
        let database = try open(SimulatedFileSystem(seed: 1)) {
            $0.retentionBytes = 1
        }
        try fill(try TestSeries(database, count: 30), windows: 0..<3)
        #expect(database.blocks.all.isEmpty)
        let meta = (0..<4).map { number in
            BlockMeta(
                name: BlockName(milliseconds: number, random: (0, 0)), start: 0, end: 1, firstTime: 0, lastTime: -number
            )
        }
        let blocks = meta.map { (meta: $0, size: 10) }
        #expect(RetentionPlan.excess(blocks, used: 5, limit: 25) == [meta[3].name, meta[2].name])
        #expect(RetentionPlan.excess(blocks, used: 5, limit: 45).isEmpty)
    }

    @Test func damagedBlocksStay() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let first = try open(disk) { $0.retention = 10 * TestSeries.window }
        try fill(try TestSeries(first, count: 3), windows: 0..<5)
        let path = try #require(first.blocks.all.first).directory + "/data"
        disk.damage(path, at: 40)
        let next = disk.kill()
        let database = try open(next)
        database.tick(now: Self.start + 5 * TestSeries.window)
        database.tick(now: Self.start + 5 * TestSeries.window)
        #expect(database.blocks.all.count == 5)
    }

    @Test func crashAtEveryFileOperationLosesNothing() throws {
        var operation = 1
        var isDone = false
        while !isDone {
            let disk = SimulatedFileSystem(seed: UInt64(operation))
            let database = try open(disk) { $0.retention = 10 * TestSeries.window }
            try fill(try TestSeries(database, count: 2), windows: 0..<5)
            let before = try database.samples()
            let small = disk.kill()
            let again = try open(small)
            let files = small.operations
            small.crash(atOperation: files + operation)
            again.tick(now: Self.start + 5 * TestSeries.window)
            isDone = !small.hasCrashed
            let after = try open(small.crash(seed: UInt64(operation)))
            try SampleMismatch.check(after.samples(), equals: before, "crash at operation \(operation)")
            after.tick(now: Self.start + 5 * TestSeries.window)
            try SampleMismatch.check(after.samples(), equals: before, "crash at operation \(operation), merged")
            operation += 1
        }
        #expect(operation > 10)
    }

    /// Wherever it is stopped, nothing of it stays, and the next attempt does it all.
    @Test func itCanBeStoppedAnywhere() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk) { $0.retention = 10 * TestSeries.window }
        try fill(try TestSeries(database, count: 6), windows: 0..<4)
        let before = try database.samples()
        let readers = database.blocks.all
        var question = 0
        var isDone = false
        while !isDone {
            question += 1
            var left = question
            let isStopping = {
                left -= 1
                return left < 0
            }
            var writer = try BlockWriter(disk, root: "data/blocks", name: BlockName(milliseconds: 1, random: (1, 1)))
            do {
                let input = try CompactionInput(readers, isStopping: isStopping)
                var assembler = BlockAssembler(input.labels, try input.timelines(), isStopping: isStopping)
                try assembler.write(to: &writer)
                isDone = true
            } catch is CompactionStopped {}
            writer.abandon()
            #expect(try disk.list("data/blocks").count == readers.count)
        }
        // Before every column, and besides.
        #expect(question > 6)
        database.compactor.stop()
        #expect(throws: CompactionStopped.self) {
            try database.compactor.write(readers, nil, now: Self.start, oldestSegment: 0)
        }
        #expect(try disk.list("data/blocks").count == readers.count)
        try SampleMismatch.check(database.samples(), equals: before, "stopped")
    }

    @Test func whatOthersWaitForIsPublished() throws {
        let registry = MetricRegistry()
        let clock = ManualTime()
        var options = DatabaseOptions()
        options.owner = "test"
        options.flushQuiet = 0
        options.flushDelay = 0
        options.retention = 1000 * 86_400_000
        let database = Database(
            directory: "data", fileSystem: SimulatedFileSystem(seed: 1), clock: clock, options: options,
            metrics: registry, logger: Logger(minimum: .error, clock: clock) { _ in })
        try database.open()
        try fill(try TestSeries(database, count: 30), windows: 0..<4)
        let page = ByteBuffer()
        registry.write(to: page)
        // One merge: once for the journal's oldest segment, once for the new block.
        #expect(page.text.contains("apus_tsdb_compaction_pause_seconds_count 2\n"))
    }

    @Test func planTakesOverlapsFirst() {
        func block(_ name: Int64, _ start: Int64, _ end: Int64) -> BlockMeta {
            let window = HeadSettings.window
            return BlockMeta(
                name: BlockName(milliseconds: name, random: (0, 0)), start: start * window, end: end * window,
                firstTime: start * window, lastTime: end * window - 1)
        }
        func plan(_ blocks: [BlockMeta], longest: Int64 = 100) -> [Int]? {
            CompactionPlan.next(blocks, longest: longest * HeadSettings.window)?.map { name in
                blocks.firstIndex { $0.name == name } ?? -1
            }
        }
        let row = (0..<4).map { block(Int64($0), Int64($0), Int64($0) + 1) }
        #expect(plan(row) == [0, 1, 2])
        #expect(plan(Array(row[..<3])) == [0, 1, 2])
        // The last window of the range is not there yet.
        #expect(plan(Array(row[..<2])) == nil)
        #expect(plan([row[0], row[1], row[3]]) == [0, 1])
        #expect(plan(row, longest: 2) == nil)
        #expect(plan(row + [block(9, 2, 3)]) == [2, 4])
        #expect(plan([]) == nil)
    }
}
