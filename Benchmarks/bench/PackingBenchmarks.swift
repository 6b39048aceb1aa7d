import Model
import Platform
import Storage
import Telemetry
import TestSupport

/// Prints how many bytes a sample takes in journal, group files and block, and how many times columns there are, for the
/// same values as they come from scrapes, from pages with 50 clocks, and from 50 shards of a sender that lag behind each
/// other. One window of 20,000 series at 15 s, on a real disk.
func packingBenchmarks() {
    let directory = CommandLine.arguments.dropFirst().first { $0.contains("/") } ?? ".build/bench-packing"
    for shape in PackingBenchmark.Shape.allCases {
        do {
            var benchmark = PackingBenchmark(directory: directory, shape: shape)
            try benchmark.run()
        } catch {
            print("packing, \(shape.rawValue): FAILED: \(error)")
        }
    }
}

private struct PackingBenchmark {
    enum Shape: String, CaseIterable {
        case scraped
        case clocks = "cAdvisor-like"
        case remote = "remote-written"
    }

    private static let start: Int64 = 1_699_999_200_000
    private static let window: Int64 = 7_200_000
    private static let interval: Int64 = 15_000
    private static let rows = window / interval
    private static let clocks = 50
    private static let shards = 50
    private static let longestLag: Int64 = 8

    private let directory: String
    private let shape: Shape
    private let files = SystemFileSystem()
    private var targets: [NodeTarget]
    private var references: [[SeriesReference]] = []
    private var random = SeededRandom(seed: 1)
    /// Values of the rows that some shard has not sent yet, by target; the first is that of `firstRow`.
    private var backlog: [[[Double]]] = []
    private var firstRow: Int64 = 0
    private var nextRows = [Int64](repeating: 0, count: shards)
    private var samples = 0

    init(directory: String, shape: Shape) {
        self.directory = directory
        self.shape = shape
        // A page of cAdvisor is long.
        let series = shape == .clocks ? 5000 : 1000
        targets = (0..<20_000 / series).map { NodeTarget(number: $0, series: series) }
    }

    mutating func run() throws {
        try BenchmarkFiles.removeAll(directory, files)
        defer { try? BenchmarkFiles.removeAll(directory, files) }
        let database = make()
        try database.open()
        references = try targets.map { try $0.labels.map { try database.reference(for: $0) } }
        var journal = 0.0
        for row in 0..<Self.rows {
            for target in targets.indices { targets[target].advance() }
            switch shape {
            case .scraped: try scrape(database, row)
            case .clocks: try scrapeClocks(database, row)
            case .remote: try send(database, row)
            }
            // Before any segment goes.
            if row == 39 { journal = Double(database.figures.journalBytes) / Double(samples) }
            if row >= 39 { database.tick(now: Self.start + row * Self.interval) }
        }
        let timelines = database.figures.timelines
        database.tick(now: Self.start + Self.window + 3_599_999)
        let groups = Double(database.figures.groupBytes) / Double(samples)
        database.tick(now: Self.start + Self.window + 3_600_000)
        let figures = database.figures
        let block = Double(figures.blockBytes) / Double(max(figures.blockSamples, 1))
        print(
            "packing, \(shape.rawValue): journal \(nanoseconds(journal)) B/sample, group files at the end "
                + "\(nanoseconds(groups)), block \(nanoseconds(block)) (\(figures.blockSamples) samples); "
                + "\(timelines) timelines for 20000 series")
    }

    private mutating func scrape(_ database: Database, _ row: Int64) throws {
        let now = Self.start + row * Self.interval
        for target in targets.indices {
            let part = AppendBatch.Part(
                origin: Origin(.scraped, key: UInt64(target)), time: now + Int64(target) * 700,
                references: references[target], values: targets[target].values)
            try append(part, to: database, now: now + Self.interval)
        }
    }

    /// Each page has series of 50 containers, each of which was read at a time of its own.
    private mutating func scrapeClocks(_ database: Database, _ row: Int64) throws {
        let now = Self.start + row * Self.interval
        for target in targets.indices {
            let stamps = (0..<Self.clocks).map { _ in now + Int64.random(in: 0..<Self.interval, using: &random) }
            let series = references[target].count
            let part = AppendBatch.Part(
                origin: Origin(.stamped, key: UInt64(target)), time: 0,
                times: (0..<series).map { stamps[$0 * Self.clocks / series] }, references: references[target],
                values: targets[target].values)
            try append(part, to: database, now: now + Self.interval)
        }
    }

    /// Every shard has some series of each target and sends what it has kept, now and then later than others.
    private mutating func send(_ database: Database, _ row: Int64) throws {
        backlog.append(targets.map(\.values))
        for shard in 0..<Self.shards {
            let lag = row == Self.rows - 1 ? 0 : Int64.random(in: 0...Self.longestLag, using: &random)
            let end = max(nextRows[shard], row + 1 - lag)
            for target in targets.indices { try send(database, shard, target, nextRows[shard]..<end) }
            nextRows[shard] = end
        }
        let needed = nextRows.min() ?? firstRow
        backlog.removeFirst(Int(needed - firstRow))
        firstRow = needed
    }

    private mutating func send(_ database: Database, _ shard: Int, _ target: Int, _ rows: Range<Int64>) throws {
        if rows.isEmpty { return }
        var part = AppendBatch.Part(origin: Origin(.remote, key: UInt64(target)), time: 0)
        for row in rows {
            let values = backlog[Int(row - firstRow)][target]
            for series in stride(from: shard, to: values.count, by: Self.shards) {
                part.references.append(references[target][series])
                part.times.append(Self.start + row * Self.interval + Int64(target) * 700)
                part.values.append(values[series])
            }
        }
        try append(part, to: database, now: Self.start + rows.upperBound * Self.interval)
    }

    private mutating func append(_ part: AppendBatch.Part, to database: Database, now: Int64) throws {
        samples += try database.append(AppendBatch(parts: [part]), now: now).appended
    }

    private func make() -> Database {
        let clock = SystemTime()
        var options = DatabaseOptions()
        options.retention = .max
        options.flushQuiet = 0
        return Database(
            directory: directory, fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { print($0, terminator: "") })
    }
}

/// Directories of benchmarks.
enum BenchmarkFiles {
    static func removeAll(_ path: String, _ files: SystemFileSystem) throws {
        guard let status = try files.status(path) else { return }
        if !status.isDirectory { return try files.remove(path) }
        for name in try files.list(path) { try removeAll("\(path)/\(name)", files) }
        try files.removeDirectory(path)
    }
}
