import Foundation
import PeerSupport
import Workload

/// Loads the past into a server, then asks all questions.
struct QueryScenario {
    var workload: Workload
    var steps: Int
    var repeats: Int

    struct Load: Codable {
        var cpuSecondsPerMillionSamples = 0.0
        var seconds = 0.0
        var diskBytesPerSample = 0.0
        var anonymousBytesPerSeries = 0.0
        var restartAfterKillSeconds = 0.0
    }

    struct Timing: Codable {
        /// Milliseconds.
        var cold = 0.0
        var p50 = 0.0
        var p95 = 0.0
        /// Server CPU milliseconds a request.
        var cpu = 0.0
        var bytes = 0
        /// Anonymous bytes above those before the question.
        var peakGrowth = 0
        var error: String?
    }

    struct Result {
        var load = Load()
        var timings: [String: Timing] = [:]
        /// Answers of questions, for comparison.
        var answers: [String: [Answers.Series]] = [:]
    }

    /// Sample times stand 7 s behind the whole quarters of a minute, so that open and closed windows hold the same samples.
    var start: Int64 {
        let now = Clock.wallMilliseconds() / workload.interval * workload.interval
        return now - Int64(steps) * workload.interval + 7000 - workload.interval
    }

    func run(_ contender: Contender, folder: URL, start: Int64) throws -> Result {
        var result = Result()
        let data = folder.appendingPathComponent("data")
        let configuration = try idleConfiguration(in: folder)
        var server = try RunningServer(contender, configuration: configuration, data: data, port: freePort())
        defer { server.stop(signal: SIGKILL) }
        let before = server.figures.cpu
        result.load.seconds = try RemoteWriter(workload: workload, start: start, steps: steps).send(to: server)
        let samples = Double(workload.targets * workload.seriesPerTarget * steps)
        let series = Double(workload.targets * workload.seriesPerTarget)
        sleep(3)
        result.load.cpuSecondsPerMillionSamples = (server.figures.cpu - before) / samples * 1e6
        result.load.anonymousBytesPerSeries = Double(server.figures.anonymous) / series
        result.load.diskBytesPerSample = Double(diskBytes(below: data)) / samples
        server.stop(signal: SIGKILL)
        server = try RunningServer(contender, configuration: configuration, data: data, port: freePort())
        result.load.restartAfterKillSeconds = server.secondsToReady
        let end = Double((start + Int64(steps - 1) * workload.interval) / workload.interval * workload.interval) / 1000
        for question in Question.all {
            let path = Self.path(question, end: end)
            do {
                let reply = try measure(path, on: server, into: &result.timings[question.name, default: Timing()])
                if question.kind != .path { result.answers[question.name] = try Answers.parse(reply) }
            } catch {
                result.timings[question.name, default: Timing()].error = "\(error)"
            }
        }
        return result
    }

    private static func path(_ question: Question, end: Double) -> String {
        switch question.kind {
        case .range: return Answers.rangePath(question.text, start: end - 3600, end: end, step: 15)
        case .instant: return "/api/v1/query?query=\(Answers.escaped(question.text))&time=\(end)&nocache=1"
        case .path:
            let separator = question.text.contains("?") ? "&" : "?"
            return "/api/v1/\(question.text)\(separator)start=\(end - 7200)&end=\(end)"
        }
    }

    private func measure(
        _ path: String, on server: RunningServer, into timing: inout Timing
    ) throws -> Connection.Reply {
        let connection = Connection(port: server.port)
        let rest = server.figures.anonymous
        var began = Clock.seconds()
        let first = try connection.get(path)
        timing.cold = (Clock.seconds() - began) * 1000
        timing.bytes = first.body.count
        guard first.status == 200 else {
            let text = String(decoding: first.body.prefix(200), as: UTF8.self)
            throw Connection.Failure(description: "status \(first.status): \(text)")
        }
        let count = timing.cold > 2000 ? 3 : repeats
        let cpu = server.figures.cpu
        var times: [Double] = []
        for _ in 0..<count {
            began = Clock.seconds()
            _ = try connection.get(path)
            times.append((Clock.seconds() - began) * 1000)
            timing.peakGrowth = max(timing.peakGrowth, server.figures.anonymous - rest)
        }
        times.sort()
        timing.cpu = (server.figures.cpu - cpu) * 1000 / Double(count)
        timing.p50 = times[times.count / 2]
        timing.p95 = times[min(times.count - 1, times.count * 95 / 100)]
        return first
    }
}
