import Model
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Storage

/// Finished windows become blocks, and nothing is lost or told twice on the way.
struct FlushTests {
    private static let start = TestSeries.start

    private func open(_ disk: SimulatedFileSystem) throws -> Database {
        try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
    }

    /// Two windows of scrapes, the first of which is finished.
    private func fill(_ database: Database, series count: Int = 40) throws -> TestSeries {
        let series = try TestSeries(database, count: count)
        for step in 0..<720 {
            let value = { (number: Int) in Double(number * 1000 + step % (number + 1)) }
            try series.scrape(at: Self.start + Int64(step) * 15_000, value: value)
        }
        return series
    }

    private var finished: Int64 { Self.start + TestSeries.window + 3_600_000 }

    @Test func aFinishedWindowBecomesOneBlock() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        _ = try fill(database)
        let before = try database.samples()
        database.tick(now: finished - 1)
        #expect(database.blocks.all.isEmpty)
        database.tick(now: finished)
        let block = try #require(database.blocks.all.first)
        #expect(database.blocks.all.count == 1)
        #expect(block.meta.series == 40 && block.meta.samples == 40 * 480 && block.meta.timelines == 1)
        #expect(block.meta.start == Self.start && block.meta.end == Self.start + TestSeries.window)
        #expect(try disk.list("data/head") == ["\(Self.start + TestSeries.window)"])
        try SampleMismatch.check(database.samples(), equals: before, "after the flush")
        try SampleMismatch.check(open(disk.kill()).samples(), equals: before, "after a restart")
    }

    /// What comes for a finished window puts its block off, wherever it is kept.
    @Test func aBusyWindowWaits() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1)) { $0.retention = .max }
        let series = try fill(database)
        let quiet: Int64 = 600_000
        database.tick(now: finished - quiet)
        let other = try TestSeries(database, count: 1, origin: Origin(.imported, key: 9))
        #expect(other.references == Array(series.references.prefix(1)))
        let labels = Labels(["__name__": "backfilled"])
        let part = AppendBatch.Part(
            origin: other.origin, time: Self.start + 5, references: [try database.reference(for: labels)], values: [1])
        #expect(try database.append(AppendBatch(parts: [part]), now: finished).appended == 1)
        database.tick(now: finished - 1)
        #expect(database.figures.openGroups > 1)
        database.tick(now: finished + quiet - 2)
        #expect(database.blocks.all.isEmpty)
        let snapshot = try database.snapshot()
        database.tick(now: finished + quiet - 1)
        #expect(database.blocks.all.count == 1)
        #expect(try snapshot.samples(.init(matchers: [], start: .min, end: .max, keepsStaleMarkers: true)).count == 41)
    }

    /// Short memory makes blocks of busy windows too, once a minute at most, but of none that ended only now.
    @Test func aBusyWindowDoesNotWaitWhenMemoryIsShort() throws {
        let short = Mutex(false)
        let asked = Mutex(0)
        func open(_ disk: SimulatedFileSystem) throws -> Database {
            try TestDatabase.open(disk) {
                $0.retention = .max
                $0.isMemoryShort = {
                    asked.withLock { $0 += 1 }
                    return short.withLock { $0 }
                }
            }
        }
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        _ = try fill(database)
        let reference = try database.reference(for: Labels(["__name__": "backfilled"]))
        var oracle = SampleOracle(try database.samples())
        var step: Int64 = 0
        /// Something comes for the first window, and maintenance sees it.
        func comes(_ now: Int64) throws {
            step += 1
            let part = AppendBatch.Part(
                origin: Origin(.imported, key: 9), time: Self.start + step, references: [reference],
                values: [Double(step)])
            #expect(try database.append(AppendBatch(parts: [part]), now: now).appended == 1)
            oracle.append(Labels(["__name__": "backfilled"]), Self.start + step, Double(step), window: 600_000)
            database.tick(now: now)
            try SampleMismatch.check(database.samples(), equals: oracle.samples, "at \(now - finished)")
        }
        short.withLock { $0 = true }
        try comes(finished - 1)
        #expect(database.blocks.all.isEmpty && asked.withLock { $0 } == 0)
        short.withLock { $0 = false }
        try comes(finished)
        #expect(database.blocks.all.isEmpty && asked.withLock { $0 } == 1)
        short.withLock { $0 = true }
        try comes(finished + 1000)
        #expect(database.blocks.all.map(\.meta.samples) == [40 * 480 + 3])
        try comes(finished + 60_999)
        #expect(database.blocks.all.count == 1 && asked.withLock { $0 } == 2)
        let last = database.blocks.all[0].meta.samples
        try comes(finished + 61_000)
        // It overlaps the first one and was joined with it.
        #expect(database.blocks.all.map(\.meta.samples) == [last + 2])
        try comes(finished + 61_001)
        try SampleMismatch.check(open(disk.kill()).samples(), equals: oracle.samples, "after a restart")
    }

    /// The times of block and head are one column, so a query finds its windows once.
    @Test func blockAndHeadShareTimes() throws {
        let database = try open(SimulatedFileSystem(seed: 1))
        _ = try fill(database)
        database.tick(now: finished)
        let request = SelectRequest(matchers: [], start: .min, end: .max, keepsStaleMarkers: true)
        let selection = try database.snapshot().select(request)
        let slice = Slice()
        for unit in 0..<selection.unitCount {
            try selection.read(unit: unit, into: slice)
            #expect(slice.sharedRows == 720)
            #expect(slice.columns.allSatisfy { $0.isShared && $0.count == 720 })
        }
    }

    @Test func aWindowOpensAgain() throws {
        var disk = SimulatedFileSystem(seed: 1)
        var database = try open(disk)
        _ = try fill(database)
        database.tick(now: finished)
        var oracle = SampleOracle(try database.samples())
        let late = try TestSeries(database, count: 3, origin: Origin(.imported, key: 9))
        let other = try database.reference(for: Labels(["__name__": "backfilled"]))
        func backfill(_ time: Int64) throws {
            let part = AppendBatch.Part(
                origin: late.origin, time: 0, times: [time], references: [other], values: [5])
            #expect(try database.append(AppendBatch(parts: [part]), now: finished).appended == 1)
            oracle.append(Labels(["__name__": "backfilled"]), time, 5, window: 600_000)
        }
        for round in 0..<3 {
            for step in 0..<4 { try backfill(Self.start + Int64(round * 100 + step) * 1000) }
            try SampleMismatch.check(database.samples(), equals: oracle.samples, "round \(round)")
            database.tick(now: finished)
            // The new block overlaps the old one, so they become one.
            #expect(database.blocks.all.map(\.meta.level) == [2 + round])
            try backfill(Self.start + Int64(round * 100 + 50) * 1000)
            try SampleMismatch.check(database.samples(), equals: oracle.samples, "round \(round), flushed")
            disk = disk.kill()
            database = try open(disk)
            try SampleMismatch.check(database.samples(), equals: oracle.samples, "round \(round), restarted")
        }
    }

    @Test func whatComesAfterAFlushIsReplayed() throws {
        let disk = SimulatedFileSystem(seed: 1)
        var files = disk
        var database = try open(files)
        _ = try fill(database)
        database.tick(now: finished)
        var oracle = SampleOracle(try database.samples())
        let labels = Labels(["__name__": "backfilled"])
        for round in 0..<3 {
            let reference = try database.reference(for: labels)
            for step in 0..<5 {
                let time = Self.start + Int64(round * 100 + step) * 1000
                let part = AppendBatch.Part(
                    origin: Origin(.imported, key: 9), time: time, references: [reference], values: [5])
                #expect(try database.append(AppendBatch(parts: [part]), now: finished).appended == 1)
                oracle.append(labels, time, 5, window: 600_000)
                database.tick(now: 0)
            }
            files = files.kill()
            database = try open(files)
            try SampleMismatch.check(database.samples(), equals: oracle.samples, "round \(round), restarted")
        }
    }

    /// A load series by series ends as well packed as a scrape.
    @Test func columnsWithEqualTimesShareThem() throws {
        let database = try open(SimulatedFileSystem(seed: 1))
        let series = try TestSeries(database, count: 60, origin: Origin(.remote, key: 1))
        let times = (0..<200).map { Self.start + Int64($0) * 15_000 }
        for number in 0..<60 { try series.append(number, times: times, values: times.map { Double($0 % Int64(977)) }) }
        let before = try database.samples()
        database.tick(now: finished)
        #expect(database.blocks.all.first?.meta.timelines == 1)
        try SampleMismatch.check(database.samples(), equals: before, "after the flush")
    }

    /// What is late takes its place in the rows, or gets times of its own.
    @Test func lateSamplesAreMerged() throws {
        let database = try open(SimulatedFileSystem(seed: 1))
        let series = try TestSeries(database, count: 10)
        for step in 0..<100 where step != 90 {
            try series.scrape(at: Self.start + Int64(step) * 15_000) { Double($0 + step) }
        }
        let gap = Self.start + 90 * 15_000
        try series.append(3, times: [gap], values: [33], now: gap + 200_000)
        try series.append(4, times: [gap + 7], values: [44], now: gap + 200_000)
        let before = try database.samples()
        database.tick(now: finished)
        try SampleMismatch.check(database.samples(), equals: before, "after the flush")
        #expect(database.figures.sealedGroups == 0 && database.figures.openGroups == 0)
    }

    @Test func orderIsRememberedOverFlushAndRestart() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let first = try open(disk)
        _ = try fill(first)
        first.tick(now: finished + 2 * TestSeries.window)
        #expect(first.figures.sealedGroups == 0)
        let database = try open(disk.kill())
        let series = try TestSeries(database, count: 40)
        let last = Self.start + 719 * 15_000
        #expect(try series.append(7, times: [last], values: [7000 + Double(719 % 8)], now: finished).repeated == 1)
        #expect(try series.append(8, times: [last], values: [-1], now: finished).duplicate == 1)
        #expect(try series.append(9, times: [last - 700_000], values: [1], now: finished).outOfOrder == 1)
        #expect(try series.append(9, times: [last - 1000], values: [1], now: finished).appended == 1)
    }

    @Test func crashAtEveryFileOperationLosesNothing() throws {
        var operation = 1
        var isDone = false
        while !isDone {
            let disk = SimulatedFileSystem(seed: UInt64(operation))
            let database = try TestDatabase.open(disk) {
                $0.flushQuiet = 0
                $0.retention = .max
                $0.sync = .always
            }
            _ = try fill(database, series: 4)
            let before = try database.samples()
            disk.crash(atOperation: disk.operations + operation)
            database.tick(now: finished)
            isDone = !disk.hasCrashed
            let after = try open(disk.crash(seed: UInt64(operation)))
            try SampleMismatch.check(after.samples(), equals: before, "crash at operation \(operation)")
            after.tick(now: finished)
            #expect(after.blocks.all.count == 1)
            try SampleMismatch.check(after.samples(), equals: before, "crash at operation \(operation), flushed")
            operation += 1
        }
        #expect(operation > 20)
    }

    @Test func failuresOfTheDiskLoseNothing() throws {
        for operation in SimulatedFileSystem.Operation.allCases where operation != .lock {
            for skip in [0, 1, 2, 3, 5] {
                let disk = SimulatedFileSystem(seed: 1)
                let database = try open(disk)
                _ = try fill(database, series: 4)
                let before = try database.samples()
                disk.fail(operation, with: .device, skip: skip)
                database.tick(now: finished)
                let context = "\(operation) fails after \(skip)"
                try SampleMismatch.check(database.samples(), equals: before, context)
                database.tick(now: finished)
                try SampleMismatch.check(open(disk.kill()).samples(), equals: before, "\(context), restarted")
            }
        }
    }
}
