import Foundation
import PeerSupport
import Workload

/// The same figures at several sizes of the load, and how they grow.
struct GrowthScenario {
    struct Size {
        var name: String
        var load: RemoteLoad
        /// What the sizes of one row differ in.
        var amount: Double
    }

    /// More series for a quarter of an hour, and the same series for longer.
    static func rows() -> [(name: String, sizes: [Size])] {
        func size(_ name: String, series: Int, steps: Int, amount: Int) -> Size {
            let workload = Workload(targets: series / 1000, seriesPerTarget: 1000, interval: 15_000)
            return Size(
                name: name,
                load: RemoteLoad(
                    workload: workload, start: RemoteLoad.start(workload, steps: steps), steps: steps),
                amount: Double(amount))
        }
        let series = [10_000, 100_000, 1_000_000].map {
            size("\($0 / 1000)k series, 15 min", series: $0, steps: 60, amount: $0)
        }
        let times = [(60, "15 min"), (480, "2 h"), (5760, "24 h")].map {
            size("20k series, \($0.1)", series: 20_000, steps: $0.0, amount: $0.0)
        }
        return [("series", series), ("time", times)]
    }

    static let questions = ["one series", "sum of rate, all cpu", "histogram_quantile", "count of everything, instant"]

    /// Name and unit to value.
    static func run(
        _ size: Size, _ contender: Contender, folder: URL
    ) throws -> [(name: String, unit: String, value: Double)] {
        let (server, load) = try size.load.run(contender, folder: folder)
        defer { server.stop(signal: SIGKILL) }
        var figures = [
            ("CPU per million samples", "s", load.cpuSecondsPerMillionSamples),
            ("anonymous memory per series", "B", load.anonymousBytesPerSeries),
            ("on disk per sample", "B", load.diskBytesPerSample),
            ("restart to ready after kill -9", "s", load.restartAfterKillSeconds),
        ]
        for question in Question.recent where questions.contains(question.name) {
            let path = question.path(end: size.load.end, seconds: 900)
            let timing = try QuestionTiming.measure(path, on: server, repeats: 5).timing
            figures.append((question.name, "ms", timing.p50))
        }
        return figures
    }
}
