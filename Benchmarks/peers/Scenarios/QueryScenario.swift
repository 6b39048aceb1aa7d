import Foundation
import PeerSupport
import Workload

/// Loads the past into a server, then asks all questions.
struct QueryScenario {
    let load: RemoteLoad
    let questions: [Question]
    let repeats: Int
    /// Everything that is not of the last hours is brought to the form it stays in before anything is asked.
    var isSettled = false

    struct Result {
        var load = RemoteLoad.Result()
        var timings: [String: QuestionTiming] = [:]
        var errors: [String: String] = [:]
        /// Of victoria-metrics with its result cache, milliseconds.
        var cached: [String: Double] = [:]
        /// Milliseconds of the first request to a fresh process whose files are not in memory.
        var cold: [String: Double] = [:]
        /// For comparison.
        var answers: [String: [Answers.Series]] = [:]
    }

    func run(_ contender: Contender, folder: URL) throws -> Result {
        var result = Result()
        var server: RunningServer
        (server, result.load) = try load.run(contender, folder: folder)
        defer { server.stop(signal: SIGKILL) }
        if isSettled { server = try Self.settle(server, folder) }
        for question in questions {
            do {
                let (timing, reply) = try QuestionTiming.measure(
                    question.path(end: load.end), on: server, repeats: repeats)
                result.timings[question.name] = timing
                if question.kind != .path { result.answers[question.name] = try Answers.parse(reply) }
                if contender == .victoria, question.kind == .range {
                    let path = question.path(end: load.end).replacingOccurrences(of: "&nocache=1", with: "")
                    result.cached[question.name] =
                        try QuestionTiming.measure(path, on: server, repeats: repeats).timing.p50
                }
            } catch {
                result.errors[question.name] = "\(error)"
            }
        }
        for question in questions where question.isAskedCold {
            server.stop(signal: SIGKILL)
            evict(filesBelow: server.data)
            server = try RunningServer(
                contender, configuration: try idleConfiguration(in: folder), data: server.data, port: freePort())
            let connection = Connection(port: server.port)
            let began = Clock.seconds()
            let reply = try connection.get(question.path(end: load.end))
            if reply.status == 200 { result.cold[question.name] = (Clock.seconds() - began) * 1000 }
        }
        return result
    }

    /// Apus makes blocks when nothing has come for a window for ten minutes; an import, even of nothing, does it at
    /// once. The others work on their files while they run.
    private static func settle(_ server: RunningServer, _ folder: URL) throws -> RunningServer {
        switch server.contender {
        case .apus:
            server.stop()
            let nothing = folder.appendingPathComponent("nothing.om")
            try "# EOF\n".write(to: nothing, atomically: true, encoding: .utf8)
            try server.contender.perform(
                ["tsdb", "import", "openmetrics", nothing.path, "--storage.tsdb.path=\(server.data.path)"])
            return try RunningServer(
                .apus, configuration: try idleConfiguration(in: folder), data: server.data, port: freePort())
        case .victoria: _ = try Connection(port: server.port).get("/internal/force_merge")
        case .prometheus: break
        }
        sleep(settling)
        return server
    }

    /// Seconds that the others are given.
    private static let settling: UInt32 = 15
}
