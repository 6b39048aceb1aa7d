import Model
import TestSupport
import Testing

@testable import Storage

/// Which samples are taken, which are refused, and how they are counted.
struct AppendRuleTests {
    static let now: Int64 = 1_700_000_000_000
    static let minute: Int64 = 60_000
    static let origin = Origin(.scraped, key: 1)
    static let other = Origin(.scraped, key: 2)
    let database: Database
    let first: SeriesReference
    let second: SeriesReference

    init() throws {
        database = try TestDatabase.open(SimulatedFileSystem(seed: 1)) {
            $0.retention = 3_600_000
            $0.rowsPerGroup = 4
        }
        first = try database.reference(for: Labels(["__name__": "first"]))
        second = try database.reference(for: Labels(["__name__": "second"]))
    }

    @discardableResult
    private func append(
        _ time: Int64, _ samples: [(SeriesReference, Double)], _ origin: Origin = origin
    ) throws -> AppendOutcome {
        let part = AppendBatch.Part(
            origin: origin, time: Self.now + time, references: samples.map(\.0), values: samples.map(\.1))
        return try database.append(AppendBatch(parts: [part]), now: Self.now)
    }

    private func outcome(_ change: (inout AppendOutcome) -> Void) -> AppendOutcome {
        var outcome = AppendOutcome()
        change(&outcome)
        return outcome
    }

    @Test func limitsOfTime() throws {
        #expect(try append(10 * Self.minute, [(first, 1)]).appended == 1)
        #expect(try append(10 * Self.minute + 1, [(first, 1), (second, 2)]) == outcome { $0.tooFarAhead = 2 })
        #expect(try append(-3_600_001, [(second, 1)]) == outcome { $0.tooOld = 1 })
        // Order is judged per series: an old sample of a new series is in order.
        #expect(try append(-3_600_000, [(second, 1)]) == outcome { $0.appended = 1 })
    }

    @Test func sameTimeAgain() throws {
        let samples = [(first, 1.0), (first, 1.0), (first, 2.0), (second, 1.0)]
        #expect(try append(0, samples) == outcome { ($0.appended, $0.repeated, $0.duplicate) = (2, 1, 1) })
        #expect(try append(0, [(first, 1)], Self.other) == outcome { $0.repeated = 1 })
        #expect(try append(0, [(first, 5)], Self.other) == outcome { $0.duplicate = 1 })
        for step in 1...9 { try append(Int64(step), [(first, Double(step)), (second, 0)]) }
        #expect(try append(9, [(first, 9)]) == outcome { $0.repeated = 1 })
        #expect(try append(9, [(first, 8)]) == outcome { $0.duplicate = 1 })
    }

    @Test func lateSamples() throws {
        try append(0, [(first, 1)])
        #expect(try append(-10 * Self.minute, [(first, 2)]) == outcome { $0.appended = 1 })
        #expect(try append(-10 * Self.minute, [(first, 3)]) == outcome { $0.duplicate = 1 })
        #expect(try append(-10 * Self.minute, [(first, 2)]) == outcome { $0.repeated = 1 })
        #expect(try append(-10 * Self.minute - 1, [(first, 2)]) == outcome { $0.outOfOrder = 1 })
        #expect(try append(-1, [(first, .staleMarker)]) == outcome { $0.lateMarkers = 1 })
        #expect(try append(0, [(first, .staleMarker)]) == outcome { $0.lateMarkers = 1 })
        let stored = try database.samples()[Labels(["__name__": "first"])]
        #expect(stored == [Self.now: (1.0).bitPattern, Self.now - 10 * Self.minute: (2.0).bitPattern])
    }

    /// What is too late does not depend on where there is room for it.
    @Test func aRowThatIsOpenIsNoExcuse() throws {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 1)) { $0.rowsPerGroup = 64 }
        let series = try TestSeries(database, count: 2)
        let now = TestSeries.start + 60 * Self.minute
        func append(_ number: Int, _ minute: Int64, _ value: Double = 1) throws -> AppendOutcome {
            try series.append(number, times: [now + minute * Self.minute], values: [value], now: now)
        }
        for minute: Int64 in [-11, -10] { #expect(try append(0, minute).appended == 1) }
        try series.scrape(at: now) { _ in 1 }
        #expect(database.figures.timelines == 1)
        #expect(try append(1, -11, 2) == outcome { $0.outOfOrder = 1 })
        #expect(try append(0, -11) == outcome { $0.repeated = 1 })
        #expect(try append(1, -10, 2) == outcome { $0.appended = 1 })
        #expect(database.head.late.isEmpty)
    }

    @Test func absentPatternBecomesTheOrdinaryNaN() throws {
        try append(0, [(first, .absent)])
        let stored = try database.samples()[Labels(["__name__": "first"])]
        #expect(stored == [Self.now: Double.ordinaryNaN.bitPattern])
    }

    @Test func snapshotsSeeWholeCommitsAndNothingLater() throws {
        for step in 0..<3 { try append(Int64(step), [(first, Double(step)), (second, Double(step))]) }
        let snapshot = try database.snapshot()
        for step in 3..<20 { try append(Int64(step), [(first, Double(step)), (second, Double(step))]) }
        database.tick(now: Self.now)
        let request = SelectRequest(matchers: [], start: .min, end: .max, keepsStaleMarkers: true)
        #expect(try snapshot.samples(request).mapValues(\.count).values.sorted() == [3, 3])
        #expect(try database.samples().mapValues(\.count).values.sorted() == [20, 20])
    }

    @Test func outageKeepsTheTimeline() throws {
        for outage in 0..<3 {
            let start = Int64(outage * 100)
            for step in 0..<7 { try append(start + Int64(step), [(first, 1), (second, Double(step))]) }
            try append(start + 50, [(first, .staleMarker), (second, .staleMarker)])
        }
        #expect(database.figures.timelines == 1)
        #expect(try database.samples().values.map(\.count) == [24, 24])
    }

    @Test func seriesThatABacklogTookApartFindTogether() throws {
        let origin = Origin(.imported, key: 1)
        let references = try (0..<5).map { try database.reference(for: Labels(["__name__": "m", "n": "\($0)"])) }
        for reference in references {
            for step in 0..<20 { try append(Int64(step), [(reference, 1)], origin) }
        }
        database.tick(now: Self.now)
        #expect(database.figures.openGroups == 5)
        for step in 20..<40 { try append(Int64(step), references.map { ($0, 2) }, origin) }
        database.tick(now: Self.now)
        #expect(database.figures.openGroups == 1)
        #expect(try database.samples().values.map(\.count) == [40, 40, 40, 40, 40])
    }

    @Test func wideScrapeTakesSeveralTimelines() throws {
        let references = try (0..<9000).map { try database.reference(for: Labels(["__name__": "wide", "n": "\($0)"])) }
        for step in 0..<9 {
            let outcome = try append(Int64(step), references.map { ($0, Double($0.rawValue)) })
            #expect(outcome.appended == 9000)
        }
        #expect(database.figures.timelines == 3)
        let counts = try database.samples([.equal("__name__", "wide")]).values.map(\.count)
        #expect(counts == Array(repeating: 9, count: 9000))
    }

    @Test func liveSeriesAreThoseWithoutMarker() throws {
        for step in 0..<6 { try append(Int64(step), [(first, 1), (second, 1)]) }
        #expect(database.liveSeries(of: Self.origin) == [first, second])
        try append(6, [(first, 1), (second, .staleMarker)])
        #expect(database.liveSeries(of: Self.origin) == [first])
        #expect(database.liveSeries(of: Self.other).isEmpty)
    }
}
