import Foundation
import PeerSupport
import Workload

/// Runs the scenarios for all contenders in turn and collects the table.
struct PeersBenchmark {
    let options: Options
    var table = Table()
    var disagreements: [String] = []

    init(_ options: Options) { self.options = options }

    mutating func run() {
        for round in 0..<options.rounds {
            // The order rotates, so that no one always runs on a fresh or a busy machine.
            let shift = round % options.contenders.count
            let order = Array(options.contenders[shift...] + options.contenders[..<shift])
            if wants(.ingest) { for contender in order { ingest(contender) } }
            if wants(.million) { for contender in order { ingest(contender, million: true) } }
            if wants(.dashboard) { for contender in order { dashboard(contender) } }
            if wants(.query) { query(order) }
            if wants(.history) { history(order) }
            if wants(.disk) { disk(order) }
            if wants(.growth) { growth(order) }
        }
    }

    private func wants(_ scenario: Options.Scenario) -> Bool { options.scenarios.contains(scenario) }

    private mutating func ingest(_ contender: Contender, million: Bool = false) {
        let isQuick = options.isQuick
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
            func add(_ name: String, _ unit: String, _ value: Double, bar: Line.Bar? = nil) {
                table.add(Line(group: group, name: name, unit: unit, bar: bar), contender, value)
            }
            add("CPU per million samples", "s", result.cpuSecondsPerMillionSamples, bar: .better(0.33))
            add("anonymous memory per series", "B", result.anonymousBytesPerSeries, bar: .better(0.4))
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
            fail(Line(group: group, name: "CPU per million samples", unit: "s"), contender, error)
        }
    }

    private mutating func dashboard(_ contender: Contender) {
        let isQuick = options.isQuick
        let workload = Workload(targets: isQuick ? 20 : 100, seriesPerTarget: 1000, interval: 5000)
        let scenario = DashboardScenario(workload: workload, refreshes: isQuick ? 5 : 24)
        let group = "Dashboard: 10 viewers, 20 panels every 5 s, \(workload.targets) x 1000 series scraped every 5 s"
        note("\(group): \(contender.rawValue)")
        do {
            let result = try inFolder { try scenario.run(contender, folder: $0) }
            func add(_ name: String, _ unit: String, _ value: Double, bar: Line.Bar? = nil) {
                table.add(Line(group: group, name: name, unit: unit, bar: bar), contender, value)
            }
            add("panel, median", "ms", result.panelP50)
            add("panel, p99", "ms", result.panelP99, bar: .better(0.5))
            add("scrape jitter, p99", "ms", result.scrapeJitterP99)
            add("failed panels", "", Double(result.errors))
        } catch {
            fail(Line(group: group, name: "panel, p99", unit: "ms"), contender, error)
        }
    }

    private mutating func disk(_ order: [Contender]) {
        let steps = 6 * 240
        let workload = Workload(targets: options.isQuick ? 5 : 60, seriesPerTarget: 1000, interval: 15_000)
        let start = RemoteLoad.start(workload, steps: steps, endingBefore: 4 * 3_600_000)
        let scenario = DiskScenario(load: RemoteLoad(workload: workload, start: start, steps: steps))
        let line = Line(
            group: "On disk: \(workload.targets)k series x 6 h at 15 s", name: "per sample, in finished blocks",
            unit: "B",
            bar: .better(0.65))
        note(line.group)
        do {
            try inFolder { folder in
                var servers: [RunningServer] = []
                defer { for server in servers { server.stop(signal: SIGKILL) } }
                for contender in order {
                    let own = folder.appendingPathComponent(contender.rawValue)
                    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
                    servers.append(try scenario.fill(contender, folder: own))
                }
                // Nothing is timed: all may do their work at once.
                for server in servers { table.add(line, server.contender, scenario.bytesPerSample(server)) }
            }
        } catch {
            fail(line, .apus, error)
        }
    }

    mutating func fail(_ line: Line, _ contender: Contender, _ error: any Error) {
        table.add(line, contender, nil, missing: String("\(error)".prefix(60)))
        note("  \(error)")
    }

    func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = Paths.results.appendingPathComponent("run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
