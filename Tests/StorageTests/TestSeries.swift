import Model
import Storage
import TestSupport

/// Regular scrapes, as most tests of blocks want them.
struct TestSeries {
    static let start: Int64 = 1_699_999_200_000
    static let window: Int64 = 7_200_000

    let database: Database
    let references: [SeriesReference]
    let origin: Origin

    init(_ database: Database, count: Int, origin: Origin = Origin(.scraped, key: 1)) throws {
        self.database = database
        self.origin = origin
        references = try (0..<count).map { number in
            try database.reference(for: Labels(["__name__": "m\(number % 5)", "job": "test", "n": "\(number)"]))
        }
    }

    /// One scrape of all series.
    @discardableResult func scrape(at time: Int64, value: (Int) -> Double) throws -> AppendOutcome {
        let part = AppendBatch.Part(
            origin: origin, time: time, references: references, values: references.indices.map(value))
        return try database.append(AppendBatch(parts: [part]), now: max(time, Self.start))
    }

    /// Samples of one series.
    @discardableResult func append(
        _ number: Int, times: [Int64], values: [Double], now: Int64? = nil
    ) throws -> AppendOutcome {
        let part = AppendBatch.Part(
            origin: origin, time: 0, times: times, references: times.map { _ in references[number] }, values: values)
        return try database.append(AppendBatch(parts: [part]), now: now ?? times.max() ?? 0)
    }
}
