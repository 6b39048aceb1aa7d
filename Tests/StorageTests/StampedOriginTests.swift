import Model
import Platform
import TestSupport
import Testing

@testable import Storage

/// Pages with many timestamps: as many timelines as there are clocks behind them, not one for each series.
struct StampedOriginTests {
    private static let start = TestSeries.start
    private static let step: Int64 = 15_000
    private static let scrapes: Int64 = 240
    private static let finished = start + TestSeries.window + 3_600_000

    /// Clocks that share a page: which series belongs to which.
    struct Page: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var clocks: Int
        var series: Int
        /// Series of one clock stand together, or one of each clock after the other.
        var isInterleaved: Bool

        func clock(of number: Int) -> Int { isInterleaved ? number % clocks : number / (series / clocks) }
    }

    static let pages = [
        Page(testDescription: "cAdvisor, a stamp per container", clocks: 50, series: 5000, isInterleaved: false),
        Page(testDescription: "federation, a stamp per target", clocks: 20, series: 2000, isInterleaved: true),
    ]

    private func value(_ number: Int, _ time: Int64) -> Double { Double(number) + Double(time % 1000) }

    @Test(arguments: pages)
    func clocksHaveTimelines(_ page: Page) throws {
        var random = SeededRandom(seed: 1)
        let disk = SimulatedFileSystem(seed: 1)
        var database = try open(disk)
        let series = try TestSeries(database, count: page.series, origin: Origin(.stamped, key: 1))
        var stamps = (0..<page.clocks).map { _ in Self.start + Int64.random(in: 0..<Self.step, using: &random) }
        var sent: [Set<Int64>] = Array(repeating: [], count: page.clocks)
        // Short enough for a test, long enough for a dozen groups.
        for scrape in 0..<Self.scrapes where scrape % 8 < 6 {
            let now = Self.start + (scrape + 1) * Self.step
            for clock in stamps.indices where random.chance(0.9) {
                stamps[clock] = now - Int64.random(in: 0..<Self.step, using: &random)
            }
            // Now and then two of them read the same time.
            if random.chance(0.2) { stamps[0] = stamps[1] }
            for clock in stamps.indices { sent[clock].insert(stamps[clock]) }
            let times = (0..<page.series).map { stamps[page.clock(of: $0)] }
            let part = AppendBatch.Part(
                origin: series.origin, time: 0, times: times, references: series.references,
                values: times.enumerated().map { value($0.offset, $0.element) })
            let outcome = try database.append(AppendBatch(parts: [part]), now: now)
            #expect(outcome.appended + outcome.repeated == page.series)
            database.tick(now: now)
            if scrape == Self.scrapes / 2 { database = try open(disk.kill()) }
        }
        #expect(database.figures.timelines <= page.clocks + 10)
        #expect(database.figures.openGroups <= page.clocks + 10)
        try check(database, page, sent)
        database.tick(now: Self.finished)
        let block = try #require(database.blocks.all.first)
        #expect(block.meta.timelines <= page.clocks + 10)
        try check(database, page, sent)
    }

    private func open(_ disk: SimulatedFileSystem) throws -> Database {
        try TestDatabase.open(disk) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
    }

    private func check(_ database: Database, _ page: Page, _ sent: [Set<Int64>]) throws {
        let stored = try database.samples()
        #expect(stored.count == page.series)
        for (labels, samples) in stored {
            let number = try #require(labels["n"].flatMap { Int($0) })
            let expected = sent[page.clock(of: number)]
            if samples.count != expected.count
                || !samples.allSatisfy({ expected.contains($0.key) && $0.value == value(number, $0.key).bitPattern })
            {
                Issue.record("\(labels) has \(samples.count) samples, not the \(expected.count) that were sent")
            }
        }
    }
}
