import Model
import Platform
import QueryEngine
import Storage
import Telemetry

/// The heavy queries over a store: thirty node-like targets with a thousand series each, a little over an hour at 15 s,
/// most of it in sealed groups. The directory is the one of the storage benchmarks.
func storedQueryBenchmarks() {
    let directory = (CommandLine.arguments.dropFirst().first { $0.contains("/") } ?? ".build/bench-storage") + "/query"
    do {
        let benchmark = StoredQueryBenchmark(directory: directory)
        try benchmark.removeAll()
        try benchmark.run()
        try benchmark.removeAll()
    } catch {
        print("stored query: FAILED: \(error)")
    }
}

private struct StoredQueryBenchmark {
    private static let interval: Int64 = 15_000
    private static let rows: Int64 = 270
    private static let targets = 30
    private static let start: Int64 = 1_700_000_000_000

    /// `last_over_time` keeps names, without which series of this data would be equal.
    private static let ranges = [
        "sum(last_over_time({mode=\"idle\"}[5m]))", "sum by (mode) (rate(node_metric_7_total[5m]))",
        "sum by (cpu) ({mode=~\"idle|user\"})", "count({__name__=~\"node_.*\"})", "topk(5, {mode=\"user\"})",
        "quantile by (cpu) (0.9, {mode=\"idle\"})", "sum by (__name__) ({job=\"node\"})",
    ]

    private static let instants = [
        "count by (__name__) ({__name__!=\"\"})", "sum by (instance) (last_over_time({job=\"node\"}[1h]))",
    ]

    let directory: String
    private let files = SystemFileSystem()

    func run() throws {
        let database = try load()
        let end = Self.start + Self.rows * Self.interval
        for threads in Set([1, CurrentProcess.processorCount]).sorted() {
            var options = EngineOptions()
            options.threads = threads
            let engine = Engine(source: database, options: options, clock: SystemTime())
            for query in Self.ranges {
                var samples = 0
                let time = shortest(runs: 15) {
                    let result = try? engine.range(query, start: end - 3_600_000, end: end, step: Self.interval)
                    samples = result?.statistics.samplesRead ?? -1
                }
                tell(query, threads, time, samples)
            }
            for query in Self.instants {
                var samples = 0
                let time = shortest(runs: 15) {
                    samples = (try? engine.instant(query, at: end))?.statistics.samplesRead ?? -1
                }
                tell(query + ", instant", threads, time, samples)
            }
        }
    }

    private func tell(_ query: String, _ threads: Int, _ time: Double, _ samples: Int) {
        print(
            "stored query, \(threads) threads: \(nanoseconds(time / 1e6)) ms, \(samples) samples, "
                + "\(nanoseconds(time / Double(max(samples, 1)))) ns each: \(query)")
    }

    private func load() throws -> Database {
        let clock = SystemTime()
        var options = DatabaseOptions()
        options.retention = .max
        let database = Database(
            directory: directory, fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { print($0, terminator: "") })
        try database.open()
        var targets = (0..<Self.targets).map { NodeTarget(number: $0) }
        let references = try targets.map { try $0.labels.map { try database.reference(for: $0) } }
        for row in 0..<Self.rows {
            let time = Self.start + row * Self.interval
            for target in targets.indices {
                targets[target].advance()
                let part = AppendBatch.Part(
                    origin: Origin(.scraped, key: UInt64(target)), time: time + Int64(target),
                    references: references[target], values: targets[target].values)
                _ = try database.append(AppendBatch(parts: [part]), now: time)
            }
            database.tick(now: time)
        }
        return database
    }

    func removeAll() throws { try remove(directory) }

    private func remove(_ path: String) throws {
        guard let status = try files.status(path) else { return }
        if !status.isDirectory { return try files.remove(path) }
        for name in try files.list(path) { try remove("\(path)/\(name)") }
        try files.removeDirectory(path)
    }
}
