import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// Whatever remote write brings in whatever order ends in as few timelines as a scrape would.
struct RemoteOriginTests {
    private static let start = TestSeries.start
    private static let step: Int64 = 15_000
    private static let rows: Int64 = 480
    private static let finished = start + TestSeries.window + 3_600_000

    private func open(_ disk: SimulatedFileSystem) throws -> Database {
        try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
    }

    private func value(_ number: Int, _ row: Int64) -> Double { Double(number * 1000) + Double(row % 7) }

    /// The rows of some series as one request, series by series.
    private func send(_ numbers: [Int], rows: Range<Int64>, of series: TestSeries) throws {
        if rows.isEmpty { return }
        var part = AppendBatch.Part(origin: series.origin, time: 0)
        for number in numbers {
            for row in rows {
                part.references.append(series.references[number])
                part.times.append(Self.start + row * Self.step)
                part.values.append(value(number, row))
            }
        }
        part.sortByTime()
        let now = Self.start + rows.upperBound * Self.step
        let outcome = try series.database.append(AppendBatch(parts: [part]), now: now)
        #expect(outcome.appended == part.values.count)
    }

    private func check(_ database: Database, holds count: Int, _ context: String) throws {
        let stored = try database.samples()
        #expect(stored.count == count, "\(context)")
        for (labels, samples) in stored {
            let number = try #require(labels["n"].flatMap { Int($0) })
            #expect(samples.count == Self.rows, "\(context): \(labels)")
            for (time, bits) in samples where bits != value(number, (time - Self.start) / Self.step).bitPattern {
                Issue.record("\(context): \(labels) at \(time)")
            }
        }
    }

    /// Shards that lag behind each other, some of them for longer than groups take fills.
    @Test(arguments: [UInt64(1), 2, 3])
    func laggingShardsShareTimes(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let disk = SimulatedFileSystem(seed: seed)
        let database = try open(disk)
        let series = try TestSeries(database, count: 1000, origin: Origin(.remote, key: 1))
        let shards = (0..<50).map { shard in series.references.indices.filter { $0 % 50 == shard } }
        var next = [Int64](repeating: 0, count: shards.count)
        var lag = [Int64](repeating: 0, count: shards.count)
        var mostGroups = 0
        for row in 1...Self.rows {
            for shard in shards.indices.shuffled(using: &random) {
                if random.chance(0.05) { lag[shard] = Int64.random(in: 0...12, using: &random) }
                if random.chance(0.0005) { lag[shard] = 60 }
                let end = row == Self.rows ? row : max(next[shard], row - lag[shard])
                try send(shards[shard], rows: next[shard]..<end, of: series)
                next[shard] = end
            }
            database.tick(now: Self.start + row * Self.step)
            mostGroups = max(mostGroups, database.figures.openGroups)
        }
        #expect(mostGroups <= 6, "seed \(seed)")
        try check(database, holds: 1000, "seed \(seed): in the head")
        let restarted = try open(disk.kill())
        try check(restarted, holds: 1000, "seed \(seed): after a restart")
        restarted.tick(now: Self.finished)
        let block = try #require(restarted.blocks.all.first)
        #expect(block.meta.timelines == 1, "seed \(seed)")
        try check(restarted, holds: 1000, "seed \(seed): in the block")
    }

    /// Requests of four rows a series, as a loader makes them, cut groups in their middle.
    @Test func severalRowsASeriesAndRequest() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        let series = try TestSeries(database, count: 300, origin: Origin(.remote, key: 1))
        for row in stride(from: Int64(0), to: Self.rows, by: 4) {
            for first in [0, 100, 200] { try send(Array(first..<first + 100), rows: row..<row + 4, of: series) }
            database.tick(now: Self.start + row * Self.step)
            #expect(database.figures.timelines == 1 && database.figures.openGroups <= 3)
        }
        database.tick(now: Self.finished)
        #expect(database.blocks.all.first?.meta.timelines == 1)
        try check(database, holds: 300, "in the block")
    }

    /// After an outage a sender brings what it has kept series by series, more rows than groups stay open for.
    @Test(arguments: [20, 100, 240])
    func backlogSeriesBySeries(_ batch: Int64) throws {
        let disk = SimulatedFileSystem(seed: 1)
        let database = try open(disk)
        let series = try TestSeries(database, count: 200, origin: Origin(.remote, key: 1))
        let all = Array(0..<200)
        for row in 0..<Self.rows / 2 { try send(all, rows: row..<row + 1, of: series) }
        for row in stride(from: Self.rows / 2, to: Self.rows, by: Int(batch)) {
            for number in all { try send([number], rows: row..<min(row + batch, Self.rows), of: series) }
            database.tick(now: Self.start + row * Self.step)
        }
        try check(database, holds: 200, "in the head")
        database.tick(now: Self.finished)
        let block = try #require(database.blocks.all.first)
        #expect(block.meta.timelines <= 2)
        try check(database, holds: 200, "in the block")
    }
}
