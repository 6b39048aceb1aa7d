import Model
import Platform
import PrometheusBlocks
import Storage
import Telemetry
import TestSupport
import Transfer

/// A store to import into and export from, all in memory.
final class TransferFixture {
    /// 2026-11-20T05:00:00Z, two hours after the last whole window before it began.
    static let now: Int64 = 1_795_150_800_000
    static let window: Int64 = 7_200_000
    static let lastWindow = now - now % window

    let files = SimulatedFileSystem(seed: 1)
    let clock = ManualTime(wallMilliseconds: TransferFixture.now)
    let database: Database
    private var random = SeededRandom(seed: 99)

    init() throws {
        var options = DatabaseOptions()
        options.sync = .never
        options.outOfOrderWindow = options.retention
        database = Database(
            directory: "data", fileSystem: files, clock: clock, options: options, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { _ in })
        try database.open()
    }

    /// Writes a block of the samples in a window of two hours, or in another range.
    func writeBlock(_ samples: StoredSamples, _ times: Range<Int64>) throws {
        if try files.status("prom") == nil { try files.createDirectory("prom") }
        let ulid = ULID.make(time: times.lowerBound, using: &random)
        let writer = try BlockWriter(
            files, in: "prom", meta: BlockMeta(ulid: ulid, minimumTime: times.lowerBound, maximumTime: times.upperBound)
        )
        for (labels, column) in samples {
            let inside = column.filter { times.contains($0.key) }.sorted { $0.key < $1.key }
            if inside.isEmpty { continue }
            try writer.add(
                labels, times: inside.map(\.key), values: inside.map { Double(bitPattern: $0.value) },
                count: inside.count)
        }
        _ = try writer.finish()
    }

    func importPrometheus(_ path: String = "prom") throws -> ImportReport {
        let directory = try PrometheusDirectory(files, path: path)
        return try PrometheusImport(
            directory, files: files, into: database, clock: clock, settle: { self.database.tick(now: $0) },
            finish: { try self.database.settle(now: $0) }, progress: { _ in }
        ).run()
    }

    func importText(_ text: String, capacity: Int? = nil, pieceSize: Int? = nil) throws -> ImportReport {
        let page = ByteBuffer()
        page.append(text)
        let file = try files.open("text", .create)
        try file.truncate(to: 0)
        try file.append(page.bytes)
        return try OpenMetricsImport(
            into: database, clock: clock, settle: { self.database.tick(now: $0) },
            finish: { try self.database.settle(now: $0) }, capacity: capacity, pieceSize: pieceSize,
            progress: { _ in }
        ).run(file)
    }

    func export(_ directory: String) throws -> PrometheusExport.Report {
        try files.createDirectory(directory)
        let figures = database.figures
        guard let oldest = figures.oldestTime, let newest = figures.newestTime else { return .init() }
        return try PrometheusExport(database, files: files, directory: directory).run(
            oldest...newest, now: Self.now, using: &random, progress: { _ in })
    }

    /// Targets with shared and with own times, gaps, stale markers, strange values; over the last `windows` windows.
    static func samples(_ random: inout SeededRandom, windows: Int64 = 3) -> StoredSamples {
        var all: StoredSamples = [:]
        let start = lastWindow - (windows - 1) * window
        for target in 0..<4 {
            let step = random.pick([15_000, 60_000, 300_000] as [Int64])
            var row = start + Int64.random(in: 0..<step, using: &random)
            var shared: [Int64] = []
            while row < now {
                shared.append(row)
                row += step + Int64.random(in: -3...3, using: &random)
            }
            for number in 0..<Int.random(in: 1...12, using: &random) {
                let labels = Labels(["__name__": "m\(number)", "job": "j\(target / 2)", "instance": "i\(target)"])
                let shift = random.oneIn(4) ? Int64.random(in: 1..<1000, using: &random) : 0
                var value = 0.0
                var column: [Int64: UInt64] = [:]
                for time in shared where !random.oneIn(20) && time + shift < now {
                    if random.oneIn(3) { value += Double(Int.random(in: 0..<1000, using: &random)) / 10 }
                    column[time + shift] = value.bitPattern
                    if random.oneIn(60) { column[time + shift] = Double.staleMarker.bitPattern }
                    if random.oneIn(100) { column[time + shift] = Double(bitPattern: random.next()).bitPattern }
                }
                all[labels] = column
            }
        }
        return all
    }
}
