import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// What is kept for how long: by time, by size, by part of the disk, and per series by rules.
struct RetentionTests {
    private static let start = TestSeries.start - TestSeries.start % (9 * TestSeries.window)
    /// `m1` of `TestSeries`: a fifth of the series.
    private static let rule = RetentionRule(matchers: [.equal("__name__", "m1")], time: 2 * TestSeries.window)

    private func options(_ change: (inout DatabaseOptions) -> Void) -> DatabaseOptions {
        var options = DatabaseOptions()
        options.owner = "test"
        options.flushQuiet = 0
        options.flushDelay = 0
        options.retention = 1000 * 86_400_000
        change(&options)
        return options
    }

    private func open(
        _ disk: any FileSystem, _ change: (inout DatabaseOptions) -> Void = { _ in }
    ) throws -> Database {
        try TestDatabase.open(disk) { $0 = options(change) }
    }

    private static func time(_ window: Int) -> Int64 { start + Int64(window) * TestSeries.window }

    private func fill(_ series: TestSeries, windows: Range<Int>) throws {
        for window in windows {
            for step in 0..<24 {
                try series.scrape(at: Self.time(window) + Int64(step) * 300_000) { Double($0 * 100 + step * window) }
            }
            series.database.tick(now: Self.time(window + 1))
        }
    }

    /// Times of the first sample of the series that a rule is about, and of the others.
    private func oldest(_ database: Database) throws -> (ruled: Int64?, others: Int64?) {
        var oldest: (ruled: Int64?, others: Int64?)
        for (labels, samples) in try database.samples() {
            let first = samples.keys.min() ?? .max
            if labels["__name__"] == "m1" {
                oldest.ruled = min(oldest.ruled ?? .max, first)
            } else {
                oldest.others = min(oldest.others ?? .max, first)
            }
        }
        return oldest
    }

    @Test func rulesHideAndThenRemove() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk) { $0.retentionRules = [Self.rule] }
        let series = try TestSeries(database, count: 30)
        try fill(series, windows: 0..<4)
        let newest = Self.time(3) + 23 * 300_000
        let floor = newest - Self.rule.time
        #expect(try oldest(database) == (floor, Self.start))
        // The merged block of windows 0 to 2 holds 6 of 30 series below the floor for two of three windows.
        let block = try #require(database.blocks.all.first)
        #expect(block.meta.end - block.meta.start == 3 * TestSeries.window)
        try fill(series, windows: 4..<7)
        database.tick(now: Self.time(7))
        #expect(try oldest(database) == (Self.time(6) + 23 * 300_000 - Self.rule.time, Self.start))
        let first = try #require(database.blocks.all.first)
        // Some went from the disk, and what is left of them is less than a fifth.
        let kept = 24 * 3 * 24
        #expect(first.meta.samples < 30 * 3 * 24)
        #expect((first.meta.samples - kept) * 5 < first.meta.samples)
        let before = try database.samples()
        try SampleMismatch.check(
            open(disk.kill()) { $0.retentionRules = [Self.rule] }.samples(), equals: before, "restarted")
    }

    @Test func blocksAreRewrittenOnceOnly() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        try fill(try TestSeries(database, count: 30), windows: 0..<4)
        database.apply(options { $0.retentionRules = [Self.rule] })
        database.tick(now: Self.time(4))
        let names = database.blocks.all.map(\.meta.name)
        let operations = disk.operations
        for _ in 0..<5 { database.tick(now: Self.time(4)) }
        #expect(database.blocks.all.map(\.meta.name) == names)
        #expect(disk.operations - operations < 40)
        // Without the rule the rest is still there.
        database.apply(options { _ in })
        #expect(try oldest(database).others == Self.start)
    }

    @Test func theFirstRuleHolds() throws {
        let database = try open(SimulatedFileSystem(seed: 1)) {
            let narrow = RetentionRule(matchers: [.equal("n", "1")], time: TestSeries.window)
            $0.retentionRules = [narrow, Self.rule]
        }
        try fill(try TestSeries(database, count: 10), windows: 0..<4)
        let newest = Self.time(3) + 23 * 300_000
        for (labels, samples) in try database.samples() where labels["__name__"] == "m1" {
            #expect(samples.keys.min() == newest - (labels["n"] == "1" ? 1 : 2) * TestSeries.window)
        }
    }

    @Test func rulesMayKeepLongerThanTheRest() throws {
        let database = try open(SimulatedFileSystem(seed: 1)) {
            $0.retention = 3 * TestSeries.window
            $0.retentionRules = [.init(matchers: [.equal("__name__", "m1")], time: 8 * TestSeries.window)]
        }
        let series = try TestSeries(database, count: 10)
        try fill(series, windows: 0..<11)
        let newest = Self.time(10) + 23 * 300_000
        #expect(
            try oldest(database) == (newest - 8 * TestSeries.window, newest - 3 * TestSeries.window))
        // What only the rule keeps lies in blocks of its own size.
        let oldestBlock = try #require(database.blocks.all.first)
        #expect(oldestBlock.meta.series == 2)
        // Samples may come as late as they are kept.
        let outcome = try series.append(0, times: [newest - 9 * TestSeries.window], values: [1], now: newest)
        #expect(outcome.tooOld == 1)
    }

    @Test func settingsChangeWhileItRuns() throws {
        let database = try open(SimulatedFileSystem(seed: 1))
        let series = try TestSeries(database, count: 10)
        try fill(series, windows: 0..<6)
        let newest = Self.time(5) + 23 * 300_000
        let late = newest - 900_000 + 1
        #expect(try series.append(0, times: [late], values: [1], now: newest).outOfOrder == 1)
        database.apply(
            options {
                $0.outOfOrderWindow = 3_600_000
                $0.retention = 2 * TestSeries.window
            })
        #expect(try series.append(0, times: [late], values: [1], now: newest).appended == 1)
        #expect(try series.append(0, times: [Self.start], values: [1], now: newest).tooOld == 1)
        database.tick(now: newest)
        #expect(try #require(database.blocks.all.first).meta.lastTime >= newest - 2 * TestSeries.window)
    }

    @Test func aPartOfTheDisk() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        try fill(try TestSeries(database, count: 30), windows: 0..<3)
        #expect(!database.blocks.all.isEmpty)
        disk.setCapacity(10 << 20)
        // The percentage comes before the size.
        database.apply(
            options {
                $0.retentionPercentage = 0.001
                $0.retentionBytes = 1 << 30
            })
        database.tick(now: Self.time(3))
        #expect(database.blocks.all.isEmpty)
        disk.setCapacity(0)
        let refused = #expect(throws: StorageError.self) { try database.checkVolume() }
        #expect(
            refused?.description
                == "unable to detect total capacity of metric storage at data, please disable retention percentage (0.001%)"
        )
    }

    @Test func aDamagedBlockIsLeftAlone() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let first = try open(disk)
        try fill(try TestSeries(first, count: 30), windows: 0..<4)
        let path = try #require(first.blocks.all.first).directory
        disk.damage(path + "/data", at: 40)
        let next = disk.kill()
        let database = try open(next) { $0.retentionRules = [Self.rule] }
        let names = database.blocks.all.map(\.meta.name)
        for _ in 0..<3 { database.tick(now: Self.time(4)) }
        #expect(database.blocks.all.map(\.meta.name) == names)
    }
}
