import Foundation
import PeerSupport
import Workload

/// Loads the past into a server, then asks all questions.
struct QueryScenario {
    let load: RemoteLoad
    let repeats: Int

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
        for question in Question.all {
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
        for question in Question.all where question.isAskedCold {
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
}
