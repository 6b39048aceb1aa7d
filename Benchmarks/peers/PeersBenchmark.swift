import Foundation
import PeerSupport
import Workload

/// Runs the scenarios for all contenders in turn and collects the table.
struct PeersBenchmark {
    var isQuick: Bool
    var rounds: Int
    var scenarios: Set<String>
    var contenders: [Contender]
    private(set) var table = Table()
    private(set) var disagreements: [String] = []

    init(isQuick: Bool, rounds: Int, scenarios: Set<String>, contenders: [Contender]) {
        self.isQuick = isQuick
        self.rounds = rounds
        self.scenarios = scenarios
        self.contenders = contenders
    }

    mutating func run() {
        for round in 0..<rounds {
            // The order rotates, so that no one always runs on a fresh or a busy machine.
            let shift = round % contenders.count
            let order = contenders[shift...] + contenders[..<shift]
            if scenarios.contains("ingest") { for contender in order { ingest(contender) } }
            if scenarios.contains("million"), !isQuick { for contender in order { ingest(contender, million: true) } }
            if scenarios.contains("dashboard") { for contender in order { dashboard(contender) } }
            if scenarios.contains("query") { query(Array(order)) }
        }
    }

    private mutating func ingest(_ contender: Contender, million: Bool = false) {
        let workload =
            million
            ? Workload(targets: 200, seriesPerTarget: 5000, interval: 60_000)
            : Workload(targets: isQuick ? 50 : 200, seriesPerTarget: 1000, interval: 5000)
        let scenario = IngestScenario(
            workload: workload, warmUpRounds: million ? 2 : isQuick ? 3 : 12,
            measuredRounds: million ? 5 : isQuick ? 8 : 36)
        let group =
            "Scrape \(workload.targets) x \(workload.seriesPerTarget) series every \(workload.interval / 1000) s"
        note("\(group): \(contender.rawValue)")
        do {
            let result = try inFolder { try scenario.run(contender, folder: $0) }
            func add(_ name: String, _ unit: String, _ value: Double, bar: Double? = nil) {
                table.add(group, name, unit, contender, value, bar: bar)
            }
            add("CPU per million samples", "s", result.cpuSecondsPerMillionSamples, bar: 0.33)
            add("anonymous memory per series", "B", result.anonymousBytesPerSeries, bar: 0.4)
            add("the same, peak", "B", result.peakAnonymousBytesPerSeries)
            add("written per sample", "B", result.writtenBytesPerSample)
            add("on disk per sample after a clean stop", "B", result.diskBytesPerSampleAfterStop)
            add("missed scrapes", "", result.missedScrapes)
            add("wrong values", "", result.wrongValues)
            add("scrapes lost by kill -9", "", result.samplesLostByKill)
            add("stop", "s", result.stopSeconds)
            add("restart to ready", "s", result.restartSeconds)
            add("restart to ready after kill -9", "s", result.restartAfterKillSeconds)
        } catch {
            table.add(group, "CPU per million samples", "s", contender, nil, missing: "\(error)")
            note("  \(error)")
        }
    }

    private mutating func dashboard(_ contender: Contender) {
        let workload = Workload(targets: isQuick ? 20 : 100, seriesPerTarget: 1000, interval: 5000)
        let scenario = DashboardScenario(workload: workload, refreshes: isQuick ? 5 : 24)
        let group = "Dashboard: 10 viewers, 20 panels every 5 s, \(workload.targets) x 1000 series scraped every 5 s"
        note("\(group): \(contender.rawValue)")
        do {
            let result = try inFolder { try scenario.run(contender, folder: $0) }
            table.add(group, "panel, median", "ms", contender, result.panelP50)
            table.add(group, "panel, p99", "ms", contender, result.panelP99, bar: 0.5)
            table.add(group, "scrape jitter, p99", "ms", contender, result.scrapeJitterP99)
            table.add(group, "failed panels", "", contender, Double(result.errors))
        } catch {
            table.add(group, "panel, p99", "ms", contender, nil, missing: "\(error)")
        }
    }

    private mutating func query(_ order: [Contender]) {
        let workload = Workload(targets: isQuick ? 20 : 200, seriesPerTarget: 1000, interval: 15_000)
        let scenario = QueryScenario(workload: workload, steps: isQuick ? 280 : 480, repeats: isQuick ? 5 : 15)
        let start = scenario.start
        let group = "Queries over \(workload.targets * workload.seriesPerTarget) series"
        var results: [Contender: QueryScenario.Result] = [:]
        for contender in order {
            note("\(group): \(contender.rawValue)")
            do {
                let result = try inFolder { try scenario.run(contender, folder: $0, start: start) }
                results[contender] = result
                add(result, of: contender, group: group)
            } catch {
                table.add("Remote write", "CPU per million samples", "s", contender, nil, missing: "\(error)")
                note("  \(error)")
            }
        }
        compare(results)
    }

    private mutating func add(_ result: QueryScenario.Result, of contender: Contender, group: String) {
        let load = result.load
        table.add("Remote write", "CPU per million samples", "s", contender, load.cpuSecondsPerMillionSamples, bar: 0.6)
        table.add("Remote write", "duration", "s", contender, load.seconds)
        table.add("Remote write", "anonymous memory per series", "B", contender, load.anonymousBytesPerSeries)
        table.add("Remote write", "on disk per sample", "B", contender, load.diskBytesPerSample)
        table.add(
            "Remote write", "restart to ready after kill -9", "s", contender, load.restartAfterKillSeconds, bar: 0.1)
        for question in Question.all {
            guard let timing = result.timings[question.name] else { continue }
            if let error = timing.error {
                table.add(group, question.name, "ms", contender, nil, missing: String(error.prefix(60)))
                continue
            }
            table.add(group, question.name, "ms", contender, timing.p50, bar: 0.2)
            table.add(group, question.name + ", CPU", "ms", contender, timing.cpu)
            table.add(group, question.name + ", memory growth", "MB", contender, Double(timing.peakGrowth) / 1e6)
        }
    }

    private mutating func compare(_ results: [Contender: QueryScenario.Result]) {
        guard let own = results[.apus] else { return }
        for (peer, other) in results where peer != .apus {
            for question in Question.all where question.isComparable || peer == .prometheus {
                guard let mine = own.answers[question.name], let theirs = other.answers[question.name] else { continue }
                if let difference = Agreement.difference(mine, theirs) {
                    disagreements.append("\(question.name), \(peer.rawValue): \(difference)")
                }
            }
        }
    }

    private func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = Paths.results.appendingPathComponent("run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    private func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
