import Model
import Platform
import Storage
import Synchronization
import Telemetry
import TestSupport
import Testing

/// A limit of series turns new ones away and nothing else.
struct SeriesLimitTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private let lines = Lines()
    private let registry = MetricRegistry()

    private func open(
        limit: Int = .max, warning: Int? = nil, labels: LabelLimits = LabelLimits(), files: SimulatedFileSystem? = nil
    ) throws -> Database {
        let clock = ManualTime()
        var options = DatabaseOptions()
        options.seriesLimit = limit
        options.seriesWarning = warning
        options.labelLimits = labels
        options.flushQuiet = 0
        options.retention = .max
        let database = Database(
            directory: "data", fileSystem: files ?? SimulatedFileSystem(seed: 1), clock: clock, options: options,
            metrics: registry,
            logger: Logger(minimum: .warn, clock: clock) { [lines] line in lines.all.withLock { $0.append(line) } })
        try database.open()
        return database
    }

    private func metric(_ name: String) -> String? {
        let page = ByteBuffer()
        registry.write(to: page)
        return page.text.split(separator: "\n").first { $0.hasPrefix(name + " ") }.map {
            String($0.dropFirst(name.count + 1))
        }
    }

    @Test func newSeriesAreRefusedAndOldOnesGoOn() throws {
        let database = try open(limit: 10)
        let series = try TestSeries(database, count: 10)
        let other = Labels(["__name__": "other"])
        for _ in 0..<3 {
            let error = #expect(throws: AppendError.self) { try database.reference(for: other) }
            #expect(error?.description == "the limit of 10 series is reached (--storage.series-limit)")
        }
        #expect(try series.scrape(at: TestSeries.start) { Double($0) }.appended == 10)
        #expect(
            try database.reference(for: Labels(["__name__": "m3", "job": "test", "n": "3"])) == series.references[3])
        #expect(metric(#"apus_tsdb_series_refused_total{limit="series"}"#) == "3")
        #expect(metric("apus_tsdb_series_limit") == "10")
        #expect(metric("apus_tsdb_series_warning_level") == "8")
        #expect(metric("apus_tsdb_series_above_warning_level") == "1")
        // Once each, however often it is asked.
        let said = lines.all.withLock { $0 }
        #expect(said.filter { $0.contains("warning level") }.count == 1)
        #expect(said.filter { $0.contains("limit of series is reached") }.count == 1)
        #expect(said.count == 2)
    }

    @Test func seriesThatLeaveMakeRoom() throws {
        let database = try open(limit: 10)
        let series = try TestSeries(database, count: 10)
        for step in 0..<4 { try series.scrape(at: TestSeries.start + Int64(step) * 15_000) { Double($0) } }
        let hour: Int64 = 3_600_000
        for step in 0..<9 { database.tick(now: TestSeries.start + Int64(step) * hour) }
        #expect(database.figures.series == 0)
        _ = try database.reference(for: Labels(["__name__": "other"]))
        #expect(database.figures.series == 1)
    }

    @Test func seriesWithLabelsBeyondALimitAreRefused() throws {
        let files = SimulatedFileSystem(seed: 1)
        let before = try open(files: files)
        let series = try TestSeries(before, count: 3)
        try series.scrape(at: TestSeries.start) { Double($0) }
        try before.close()

        var labels = LabelLimits()
        labels.count = 2
        labels.valueLength = 10
        let database = try open(labels: labels, files: files)
        let error = #expect(throws: AppendError.self) {
            try database.reference(for: Labels(["__name__": "m", "a": "1", "b": "2"]))
        }
        #expect(
            error?.description == "--storage.label-limit exceeded (metric: m, number of labels: 3, limit: 2)")
        #expect(throws: AppendError.self) {
            try database.reference(for: Labels(["__name__": "m", "a": "12345678901"]))
        }
        _ = try database.reference(for: Labels(["__name__": "m", "a": "1234567890"]))
        // What was there before the limit, three labels each, goes on.
        let again = try TestSeries(database, count: 3)
        #expect(try again.scrape(at: TestSeries.start + 15_000) { Double($0) }.appended == 3)
        #expect(metric(#"apus_tsdb_series_refused_total{limit="labels"}"#) == "2")
        #expect(metric(#"apus_tsdb_series_refused_total{limit="series"}"#) == "0")
    }

    @Test func aWarningNeedsNoLimit() throws {
        let database = try open(limit: .max, warning: 5)
        _ = try TestSeries(database, count: 9)
        #expect(metric("apus_tsdb_series_limit") == nil)
        #expect(metric("apus_tsdb_series_above_warning_level") == "1")
        #expect(lines.all.withLock { $0.count } == 1)
    }
}
