import Model
import Storage
import TestSupport
import Testing

/// Whichever timeline a sample lands in, every answer is the same: random samples against a map.
struct PrincipleTests {
    struct Setting: Sendable, CustomStringConvertible {
        var rowsPerGroup: Int
        var columnsPerTimeline: Int
        var description: String { "R \(rowsPerGroup), columns \(columnsPerTimeline)" }
    }

    static let settings = [
        Setting(rowsPerGroup: 32, columnsPerTimeline: 4096), Setting(rowsPerGroup: 5, columnsPerTimeline: 4096),
        Setting(rowsPerGroup: 8, columnsPerTimeline: 3), Setting(rowsPerGroup: 16, columnsPerTimeline: 1),
    ]

    @Test(arguments: settings, 0..<3)
    func answersDoNotDependOnTimelines(_ setting: Setting, _ seed: Int) throws {
        let disk = SimulatedFileSystem(seed: UInt64(seed))
        var random = SeededRandom(seed: UInt64(seed))
        var oracle = SampleOracle()
        let window: Int64 = 600_000
        var workload = RandomWorkload(random: &random, window: window, series: 40)
        var files = disk
        for round in 0..<4 {
            let context = "seed \(seed), \(setting), round \(round)"
            let database = try TestDatabase.open(files) {
                $0.rowsPerGroup = setting.rowsPerGroup
                $0.columnsPerTimeline = setting.columnsPerTimeline
                $0.retention = .max
                $0.flushDelay = Int64(seed) * 1_800_000
                $0.flushQuiet = 0
            }
            if round > 0 {
                try SampleMismatch.check(database.samples(), equals: oracle.samples, "\(context): after restart")
            }
            for step in 0..<60 {
                let parts = workload.batch(&random, oracle)
                _ = try database.append(parts, now: workload.now)
                for part in parts {
                    for sample in part.samples {
                        oracle.append(sample.labels, sample.time, sample.value, window: window)
                    }
                }
                if step % 7 == 0 { database.tick(now: workload.now) }
                if step % 10 == 0 {
                    try SampleMismatch.check(database.samples(), equals: oracle.samples, "\(context): step \(step)")
                    let start = workload.now - 1_000_000
                    let end = workload.now - 30_000
                    try SampleMismatch.check(
                        database.samples(from: start, to: end, keepsStaleMarkers: false),
                        equals: oracle.samples(from: start, to: end, keepsStaleMarkers: false),
                        "\(context): range at step \(step)")
                }
            }
            if round % 2 == 0 { try database.close() }
            files = files.kill()
        }
    }
}
