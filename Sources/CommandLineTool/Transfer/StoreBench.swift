import Model
import Platform
import Storage
import Telemetry
import Transfer

/// One run of a write and read benchmark. Not thread safe.
final class StoreBench {
    private static let interval: Int64 = 15_000
    private static let seriesPerTarget = 1000

    private let path: String
    private let shell: Shell
    private let series: Int
    private let scrapes: Int
    /// Time of the first scrape, milliseconds; a whole window of two hours, long enough ago for blocks.
    private let start: Int64
    private var table = TextTable([("STEP", .left), ("SECONDS", .right), ("RATE", .left), ("", .left)])

    init(_ path: String, _ shell: Shell, series: Int, scrapes: Int) {
        self.path = path
        self.shell = shell
        self.series = series
        self.scrapes = scrapes
        let begin = shell.clock.wallMilliseconds() - Int64(scrapes) * Self.interval - 6 * 3_600_000
        start = begin - begin % 7_200_000
    }

    private var samples: Int { series * scrapes }
    private var end: Int64 { start + Int64(scrapes) * Self.interval }

    /// The table of what was measured.
    func run() throws -> String {
        var database = try open()
        try write(database)
        let journal = database.figures.journalBytes
        note("", 0, "", "journal \(perSample(journal)) B/sample at the end")
        try measure("close") { try database.close() }
        database = try measure("open") { try open() }
        // A window becomes a block when nothing has come for a while, which it takes two looks to know.
        measure("flush") { for hours: Int64 in [6, 7] { database.tick(now: end + hours * 3_600_000) } }
        let figures = database.figures
        note("", 0, "", "\(figures.blocks) blocks, \(perSample(figures.blockBytes)) B/sample")
        let digest = try measure("read all", samples) { try SampleDigest(database.snapshot()) }
        guard digest.samples == samples else {
            throw CommandFailure("\(digest.samples) samples were read instead of \(samples)")
        }
        try measure("select a metric, sum an hour", samplesOfOneMetric) { try readMetric(database) }
        try database.close()
        return table.text
    }

    private func open() throws(StorageError) -> Database {
        var options = DatabaseOptions()
        options.retention = .max
        options.seriesIdle = .max
        options.owner = DirectoryArgument.owner
        let database = Database(
            directory: path, fileSystem: shell.files, clock: shell.clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .warn, clock: shell.clock, write: { [shell] in shell.error($0) }))
        try database.open()
        return database
    }

    private func write(_ database: Database) throws {
        var targets = try makeTargets(database)
        let line = ProgressLine("Writing", shell)
        try measure("append", samples) {
            for scrape in 0..<scrapes {
                let time = start + Int64(scrape) * Self.interval
                for index in targets.indices {
                    targets[index].change(scrape)
                    _ = try database.append(AppendBatch(parts: [targets[index].part(at: time)]), now: time)
                }
                database.tick(now: time)
                line.show(
                    TransferProgress(fraction: Double(scrape) / Double(scrapes), samples: series * (scrape + 1)))
            }
        }
        line.end()
    }

    private func makeTargets(_ database: Database) throws(AppendError) -> [BenchTarget] {
        var targets: [BenchTarget] = []
        for first in stride(from: 0, to: series, by: Self.seriesPerTarget) {
            var references: [SeriesReference] = []
            for number in first..<min(first + Self.seriesPerTarget, series) {
                references.append(
                    try database.reference(
                        for: Labels([
                            "__name__": "bench_metric_\(number % 100)", "job": "bench",
                            "instance": "10.0.0.\(targets.count):9100", "number": "\(number)",
                        ])))
            }
            targets.append(BenchTarget(number: targets.count, references: references))
        }
        return targets
    }

    private var samplesOfOneMetric: Int { (series + 99) / 100 * min(scrapes, 240) }

    private func readMetric(_ database: Database) throws {
        let selection = try database.snapshot().select(
            SelectRequest(
                matchers: [.equal(LabelNames.metric, "bench_metric_0")], start: end - 3_600_000, end: end,
                keepsStaleMarkers: false))
        let slice = Slice()
        for unit in 0..<selection.unitCount { try selection.read(unit: unit, into: slice) }
    }

    private func perSample(_ bytes: Int) -> String {
        ShortNumber.text((Double(bytes) / Double(samples) * 1000).rounded() / 1000)
    }

    private func measure<Outcome>(
        _ step: String, _ samples: Int = 0, _ body: () throws -> Outcome
    ) rethrows -> Outcome {
        let begin = shell.clock.monotonicNanoseconds()
        let outcome = try body()
        let seconds = Double(shell.clock.monotonicNanoseconds() - begin) / 1e9
        let rate = ShortNumber.text((Double(samples) / max(seconds, 1e-9)).rounded())
        note(step, seconds, samples > 0 ? "\(rate) samples/s" : "", samples > 0 ? "\(samples) samples" : "")
        return outcome
    }

    private func note(_ step: String, _ seconds: Double, _ rate: String, _ remark: String) {
        let time = step.isEmpty ? "" : ShortNumber.text((seconds * 1000).rounded() / 1000)
        table.rows.append([step, time, rate, remark])
    }
}

/// A target of the benchmark: a third counters, a third gauges of two decimals, a third constants; half of what can
/// change does so at each scrape.
private struct BenchTarget {
    let number: Int
    let references: [SeriesReference]
    private var values: [Double]

    init(number: Int, references: [SeriesReference]) {
        self.number = number
        self.references = references
        values = references.indices.map { Double($0) }
    }

    mutating func change(_ scrape: Int) {
        for index in values.indices {
            let chance = StableHash.combine(UInt64(scrape), UInt64(number << 20 | index))
            if chance & 1 == 0 { continue }
            switch index % 3 {
            case 0: values[index] += Double(chance >> 8 & 0x3FF)
            case 1: values[index] = Double(chance >> 8 & 0xFFFF) / 100
            default: break
            }
        }
    }

    func part(at time: Int64) -> AppendBatch.Part {
        AppendBatch.Part(
            origin: Origin(.scraped, key: UInt64(number)), time: time + Int64(number % 15_000), references: references,
            values: values)
    }
}
