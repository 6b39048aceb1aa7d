import Model
import TestSupport
import Testing

@testable import Storage

/// Labels of series that have samples in a range, where others have the same labels and none there.
struct LabelRangeTests {
    private static let series = 4000

    /// Series come in turn from targets of which every tenth is scraped an hour later too.
    private static func store() throws -> Database {
        let database = try TestDatabase.open(SimulatedFileSystem(seed: 3)) {
            $0.flushQuiet = 0
            $0.retention = .max
        }
        for target in 0..<40 {
            let references = try (0..<series / 40).map { number in
                try database.reference(
                    for: Labels([
                        "__name__": "m\(number % 7)", "id": "\(target)-\(number)", "shared": "all",
                        "kind": target % 10 == 3 ? "long" : "short",
                    ]))
            }
            let times = target % 10 == 3 ? [0, 3_600_000] : [0]
            for time in times {
                let part = AppendBatch.Part(
                    origin: Origin(.scraped, key: UInt64(target)), time: TestSeries.start + Int64(time),
                    references: references, values: references.map { _ in 1 })
                _ = try database.append(AppendBatch(parts: [part]), now: TestSeries.start + Int64(time))
            }
        }
        return database
    }

    private static func request(
        _ matchers: [[LabelMatcher]] = [], from start: Int64, to end: Int64
    ) -> LabelRequest {
        LabelRequest(matchers: matchers, start: TestSeries.start + start, end: TestSeries.start + end)
    }

    @Test func onlySeriesInTheRangeCount() throws {
        let snapshot = try Self.store().snapshot()
        let late = Self.request(from: 3_000_000, to: 4_000_000)
        #expect(try snapshot.labelValues("kind", late) == ["long"])
        #expect(try snapshot.labelValues("id", late).count == Self.series / 10)
        #expect(try snapshot.labelNames(late) == ["__name__", "id", "kind", "shared"])
        #expect(try snapshot.series(late).count == Self.series / 10)
        #expect(try snapshot.series(Self.request([[.equal("kind", "short")]], from: 3_000_000, to: 4_000_000)).isEmpty)
        let all = Self.request(from: -1000, to: 1000)
        #expect(try snapshot.labelValues("kind", all) == ["long", "short"])
        #expect(try snapshot.series(all).count == Self.series)
        let none = Self.request(from: 10_000_000, to: 11_000_000)
        #expect(try snapshot.labelNames(none).isEmpty && snapshot.labelValues("id", none).isEmpty)
    }

    /// Few labels are known at once, those of blocks after they were read for the first time.
    @Test(arguments: [false, true]) func fewAreAnsweredAtOnce(inBlocks: Bool) throws {
        let database = try Self.store()
        if inBlocks { database.tick(now: TestSeries.start + 10 * TestSeries.window) }
        #expect(database.blocks.all.isEmpty != inBlocks)
        let snapshot = try database.snapshot()
        let all = Self.request(from: -1000, to: 1000)
        #expect(snapshot.answersAtOnce("kind", all) != inBlocks)
        #expect(try snapshot.labelValues("kind", all) == ["long", "short"])
        #expect(snapshot.answersAtOnce("kind", all) && snapshot.answersAtOnce(nil, all))
        #expect(snapshot.answersAtOnce("none", all) && !snapshot.answersAtOnce("id", all))
        #expect(!snapshot.answersAtOnce("kind", Self.request([[.equal("kind", "long")]], from: 0, to: 1)))
    }
}
