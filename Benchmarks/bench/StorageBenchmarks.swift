import Model
import Platform
import Storage
import Telemetry

/// Appends scrapes of node-like targets to a store on a real disk, under a directory that is named as an argument
/// (one that holds a slash; `.build/bench-storage` else), and replays its journal.
func storageBenchmarks() {
    let directory = CommandLine.arguments.dropFirst().first { $0.contains("/") } ?? ".build/bench-storage"
    do {
        for targets in [10, 200] {
            var benchmark = StorageBenchmark(directory: "\(directory)/\(targets)", targets: targets)
            try benchmark.run()
        }
        // The worst case: every series has its own clock.
        var benchmark = StorageBenchmark(directory: "\(directory)/private", targets: 20)
        benchmark.columnsPerTimeline = 1
        try benchmark.run()
    } catch {
        print("storage: FAILED: \(error)")
    }
}

/// What appending and memory cost per series, from 10,000 to a million.
func curveBenchmarks() {
    let directory = CommandLine.arguments.dropFirst().first { $0.contains("/") } ?? ".build/bench-storage"
    do {
        for targets in [10, 50, 200, 1000] {
            var benchmark = StorageBenchmark(directory: "\(directory)/\(targets)", targets: targets)
            try benchmark.runSteadyState()
        }
    } catch {
        print("storage: FAILED: \(error)")
    }
}

/// How long a start takes to read a journal, by its rows and series.
func replayBenchmarks() {
    let directory = CommandLine.arguments.dropFirst().first { $0.contains("/") } ?? ".build/bench-storage"
    do {
        for targets in [10, 200, 1000] {
            var benchmark = StorageBenchmark(directory: "\(directory)/\(targets)", targets: targets)
            try benchmark.replay()
        }
    } catch {
        print("storage: FAILED: \(error)")
    }
}

/// How long a start takes after kill -9 with two hours of scrapes.
func restartBenchmarks() {
    let directory = CommandLine.arguments.dropFirst().first { $0.contains("/") } ?? ".build/bench-storage"
    do {
        for targets in [50, 200] {
            var benchmark = StorageBenchmark(directory: "\(directory)/\(targets)", targets: targets)
            try benchmark.restart()
        }
    } catch {
        print("storage: FAILED: \(error)")
    }
}

/// The store's windows, in milliseconds.
private enum HeadWindow {
    static let length: Int64 = 7_200_000

    /// From a time to the end of its window.
    static func rest(of time: Int64) -> Int64 { length - time % length }
}

struct StorageBenchmark {
    private static let interval: Int64 = 15_000
    private let start: Int64 = 1_700_000_000_000
    private let directory: String
    private let files = SystemFileSystem()
    private var targets: [NodeTarget]
    private var references: [[SeriesReference]] = []
    var row: Int64 = 0
    private var spent = 0.0
    var columnsPerTimeline = Limits.timelineColumns
    private let rowsPerGroup =
        CommandLine.arguments.first { $0.hasPrefix("R=") }.flatMap { Int($0.dropFirst(2)) }
        ?? DatabaseOptions().rowsPerGroup

    init(directory: String, targets: Int) {
        self.directory = directory
        self.targets = (0..<targets).map { NodeTarget(number: $0) }
    }

    var series: Int { targets.count * 1000 }
    var title: String {
        "storage, \(series) series\(columnsPerTimeline == 1 ? " each with its own timeline" : "")"
    }

    mutating func run() throws {
        try removeAll()
        try steadyState()
        try replay()
        try flush()
        try removeAll()
    }

    mutating func runSteadyState() throws {
        try removeAll()
        try appendAndRead()
        try removeAll()
    }

    /// Two hours of rows, most of them sealed.
    mutating func restart() throws {
        try removeAll()
        row = 0
        var database: Database? = try open()
        for _ in 0..<480 {
            if let database {
                try scrape(database)
                if row % 8 == 0 { database.tick(now: start + row * Self.interval) }
            }
        }
        let figures = database?.figures ?? DatabaseFigures()
        database = nil
        var samples = 0
        let processor = ProcessStatistics.current()?.processorSeconds ?? 0
        let time = try shortest {
            let again = make()
            try again.open { samples = $0.samples }
        }
        let spent = ((ProcessStatistics.current()?.processorSeconds ?? 0) - processor) / 5
        print(
            "\(title): restart with two hours of rows \(Int(time / 1e6)) ms at best, \(Int(spent * 1000)) ms of processor "
                + "time; \(figures.sealedGroups) sealed groups of \(figures.groupBytes >> 20) MB, "
                + "\(samples) samples in \(figures.journalBytes >> 20) MB of journal, "
                + "\(figures.registerBytes >> 10) kB of register")
        try removeAll()
    }

    /// A whole window becomes a block, then three become one.
    private mutating func flush() throws {
        row = 0
        let database = try open()
        let rows = HeadWindow.length / Self.interval
        let first = HeadWindow.rest(of: start) / Self.interval
        for _ in 0..<first { try scrape(database) }
        for window in 1...4 {
            for _ in 0..<rows {
                try scrape(database)
                if row % 40 == 0 { database.tick(now: start + row * Self.interval) }
            }
            let before = database.figures
            let end = start + first * Self.interval + Int64(window) * HeadWindow.length
            let processor = ProcessStatistics.current()?.processorSeconds ?? 0
            let time = elapsed(ContinuousClock().measure { database.tick(now: end + Self.interval + 3_600_000) }) / 1e9
            let spent = (ProcessStatistics.current()?.processorSeconds ?? 0) - processor
            let figures = database.figures
            print(
                "\(title): tick that flushes window \(window): \(nanoseconds(time)) s, \(nanoseconds(spent)) s of "
                    + "processor time; blocks \(before.blocks) -> \(figures.blocks), "
                    + "\(before.blockBytes) -> \(figures.blockBytes) bytes, block samples \(figures.blockSamples), "
                    + "\(nanoseconds(Double(figures.blockBytes) / Double(max(figures.blockSamples, 1)))) B/sample")
        }
    }

    private mutating func steadyState() throws {
        try appendAndRead()
        // As after kill -9: nothing was closed.
        let time = try shortest { try make().open() }
        print("\(title): restart with \(row) rows, most of them sealed, \(Int(time / 1e6)) ms")
    }

    private mutating func appendAndRead() throws {
        row = 0
        let before = ProcessStatistics.current()?.anonymousBytes ?? 0
        let database = try open()
        for _ in 0..<100 {
            try scrape(database)
            database.tick(now: start + row * Self.interval)
        }
        let memory = (ProcessStatistics.current()?.anonymousBytes ?? 0) - before
        var appends: [Double] = []
        var sealing = 0.0
        let sealed = database.figures
        for _ in 0..<60 {
            spent = 0
            try scrape(database)
            appends.append(spent / Double(series))
            // A server seals every second; its memory goes round.
            let processor = processorTime()
            database.tick(now: start + row * Self.interval)
            sealing += processorTime() - processor
        }
        let groups = database.figures.sealedGroups - sealed.sealedGroups
        let bytes = database.figures.groupBytes - sealed.groupBytes
        let samples = Double(groups * rowsPerGroup * min(1000, columnsPerTimeline))
        appends.sort()
        print(
            "\(title): append with journal \(nanoseconds(appends[0])) ns/sample at best, "
                + "\(nanoseconds(appends[30])) at the median; seal \(nanoseconds(sealing / samples)) ns/sample of "
                + "processor time, \(nanoseconds(Double(bytes) / samples)) B/sample; memory "
                + "\(Int(memory) / series) B/series")
        try query(database)
    }

    /// Decodes a quarter of all series.
    private func query(_ database: Database) throws {
        let snapshot = try database.snapshot()
        let slice = Slice()
        var samples = 0
        let time = try shortest {
            samples = 0
            let request = SelectRequest(
                matchers: [.equal("mode", "idle")], start: .min, end: .max, keepsStaleMarkers: false)
            let selection = try snapshot.select(request)
            for unit in 0..<selection.unitCount {
                try selection.read(unit: unit, into: slice)
                for column in slice.columns { samples += column.count }
            }
        }
        print(
            "\(title): select and read a quarter of them "
                + "\(nanoseconds(time / Double(samples))) ns/sample (\(samples) samples)")
    }

    func shortest(_ body: () throws -> Void) throws -> Double {
        var best = Double.infinity
        for _ in 0..<5 { best = min(best, elapsed(try ContinuousClock().measure(body))) }
        return best
    }

    mutating func scrape(_ database: Database) throws {
        let time = start + row * Self.interval
        row += 1
        let clock = ContinuousClock()
        for target in targets.indices {
            targets[target].advance()
            if references.count == target {
                references.append(try targets[target].labels.map { try database.reference(for: $0) })
            }
            let part = AppendBatch.Part(
                origin: Origin(.scraped, key: UInt64(target)), time: time + Int64(target),
                references: references[target],
                values: targets[target].values)
            let batch = AppendBatch(parts: [part])
            spent += elapsed(try clock.measure { _ = try database.append(batch, now: time) })
        }
    }

    func make() -> Database {
        let clock = SystemTime()
        var options = DatabaseOptions()
        options.retention = .max
        options.flushQuiet = 0
        options.columnsPerTimeline = columnsPerTimeline
        options.rowsPerGroup = rowsPerGroup
        return Database(
            directory: directory, fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { print($0, terminator: "") })
    }

    mutating func open() throws -> Database {
        references = []
        let database = make()
        try database.open()
        return database
    }

    func removeAll() throws { try BenchmarkFiles.removeAll(directory, files) }
}
