import Foundation
import PeerSupport
import Workload

/// Scrapes for a while; what that costs, and whether everything is there afterwards.
struct IngestScenario {
    var workload: Workload
    /// Scrape intervals before measuring, and while measuring.
    var warmUpRounds: Int
    var measuredRounds: Int

    struct Result: Codable {
        var cpuSecondsPerMillionSamples = 0.0
        var anonymousBytesPerSeries = 0.0
        var peakAnonymousBytesPerSeries = 0.0
        var writtenBytesPerSample = 0.0
        var diskBytesPerSampleAfterStop = 0.0
        var missedScrapes = 0.0
        var wrongValues = 0.0
        var stopSeconds = 0.0
        var restartSeconds = 0.0
        var restartAfterKillSeconds = 0.0
        var samplesLostByKill = 0.0
    }

    private var seriesCount: Int { workload.targets * workload.seriesPerTarget }
    private var seconds: Double { Double(workload.interval) / 1000 }

    func run(_ contender: Contender, folder: URL) throws -> Result {
        let generator = try Generator(workload)
        defer { generator.stop() }
        let configuration = folder.appendingPathComponent("scrape.yml")
        try generator.configuration().write(to: configuration, atomically: true, encoding: .utf8)
        let idle = try idleConfiguration(in: folder)
        let data = folder.appendingPathComponent("data")
        var result = Result()
        var server = try RunningServer(contender, configuration: configuration, data: data, port: freePort())
        defer { server.stop(signal: SIGKILL) }
        let began = Clock.seconds()
        sleep(untilRound: warmUpRounds, since: began)
        let start = server.figures
        var peak = start.anonymous
        for round in 1...measuredRounds {
            sleep(untilRound: warmUpRounds + round, since: began)
            peak = max(peak, server.figures.anonymous)
        }
        let end = server.figures
        let samples = Double(seriesCount * measuredRounds)
        result.cpuSecondsPerMillionSamples = (end.cpu - start.cpu) / samples * 1e6
        result.anonymousBytesPerSeries = Double(end.anonymous) / Double(seriesCount)
        result.peakAnonymousBytesPerSeries = Double(peak) / Double(seriesCount)
        result.writtenBytesPerSample = Double(end.written - start.written) / samples
        try check(server, into: &result)
        let before = try countTicks(server)
        let lastMinute = Double(Clock.wallMilliseconds()) / 1000
        server.stop(signal: SIGKILL)
        server = try RunningServer(contender, configuration: idle, data: data, port: freePort())
        result.restartAfterKillSeconds = server.secondsToReady
        result.samplesLostByKill = max(0, before - (try countTicks(server, at: lastMinute)))
        result.stopSeconds = server.stop()
        let stored = Double(seriesCount) * Double(warmUpRounds + measuredRounds)
        result.diskBytesPerSampleAfterStop = Double(diskBytes(below: data)) / stored
        server = try RunningServer(contender, configuration: idle, data: data, port: freePort())
        result.restartSeconds = server.secondsToReady
        server.stop()
        return result
    }

    private func sleep(untilRound round: Int, since start: Double) {
        let rest = start + Double(round) * seconds - Clock.seconds()
        if rest > 0 { usleep(UInt32(rest * 1e6)) }
    }

    /// Number of scrapes that are stored, over all targets, looked at from one time.
    private func countTicks(_ server: RunningServer, at time: Double? = nil) throws -> Double {
        let answers = Answers(Connection(port: server.port))
        return try answers.instant("sum(count_over_time(workload_tick[1h]))", at: time).first?.points.first?.value ?? 0
    }

    /// Reads some series of some targets again and computes what they must be.
    private func check(_ server: RunningServer, into result: inout Result) throws {
        let answers = Answers(Connection(port: server.port))
        for target in stride(from: 0, to: workload.targets, by: max(1, workload.targets / 10)) {
            let window = "{job=\"t\(target)\"}[\(Int(seconds * Double(measuredRounds)))s]"
            let raw = try answers.instant(window)
            guard let ticks = raw.first(where: { $0.labels["__name__"] == "workload_tick" }) else {
                result.missedScrapes += Double(measuredRounds)
                continue
            }
            result.missedScrapes += Double(max(0, measuredRounds - 1 - ticks.points.count))
            let tickAt = Dictionary(ticks.points.map { ($0.time, Int64($0.value)) }) { first, _ in first }
            let byKey = Dictionary(raw.map { (Self.key($0.labels), $0) }) { first, _ in first }
            for index in 0..<workload.seriesPerTarget {
                let series = workload.series(index, tick: 0)
                guard let found = byKey["\(series.name){\(series.labels)}"] else {
                    result.wrongValues += 1
                    continue
                }
                for point in found.points {
                    guard let tick = tickAt[point.time] else { continue }
                    if workload.value(target: target, series: index, tick: tick) != point.value {
                        result.wrongValues += 1
                    }
                }
            }
        }
    }

    private static func key(_ labels: [String: String]) -> String {
        let pairs = labels.filter { !["__name__", "job", "instance"].contains($0.key) }.sorted { $0.key < $1.key }
        return "\(labels["__name__"] ?? ""){\(pairs.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ","))}"
    }
}
