import Foundation
import PeerSupport
import Workload

/// Loads the past into servers, then asks all questions.
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
        /// What the same question costs at each refresh of a dashboard, where answers may be kept.
        var refreshed: [String: QuestionTiming] = [:]
        /// Milliseconds of the first request to a fresh process whose files are not in memory.
        var cold: [String: Double] = [:]
        /// For comparison.
        var answers: [String: [Answers.Series]] = [:]
    }

    /// A loaded server that waits for its turn, and what was measured of it.
    final class Candidate {
        let contender: Contender
        fileprivate(set) var server: RunningServer
        fileprivate let folder: URL
        fileprivate(set) var result = Result()

        fileprivate init(_ contender: Contender, _ server: RunningServer, _ folder: URL) {
            self.contender = contender
            self.server = server
            self.folder = folder
        }
    }

    /// Loads a server, which then rests.
    func prepare(_ contender: Contender, folder: URL) throws -> Candidate {
        let (server, loaded) = try load.run(contender, folder: folder)
        let candidate = Candidate(contender, server, folder)
        candidate.result.load = loaded
        do {
            if isSettled { candidate.server = try Self.settle(server, folder) }
        } catch {
            server.stop(signal: SIGKILL)
            throw error
        }
        candidate.server.pause()
        return candidate
    }

    /// Asks every question of one server after the other while the others rest, in another order each time: what the
    /// machine's mood does to one of them it does to all. Short questions get several turns: their time is that of
    /// waking up, which depends on where the scheduler happened to put the two sides of a connection.
    func ask(_ candidates: [Candidate]) {
        for (number, question) in questions.enumerated() {
            var turns: [String: [QuestionTiming]] = [:]
            for turn in 0..<Self.turnsOfShort {
                for place in candidates.indices {
                    let candidate = candidates[(place + number + turn) % candidates.count]
                    candidate.server.resume()
                    ProcessFigures.waitForRest(of: candidate.server.identifier, seconds: Self.patience)
                    if let timing = ask(question, of: candidate, isFirst: turn == 0) {
                        turns[candidate.contender.rawValue, default: []].append(timing)
                    }
                    candidate.server.pause()
                }
                if !turns.values.contains(where: { $0.first?.isShort == true }) { break }
            }
            for candidate in candidates {
                candidate.result.timings[question.name] =
                    QuestionTiming.median(turns[candidate.contender.rawValue] ?? [])
            }
        }
    }

    private static let turnsOfShort = 5
    /// Seconds that a server gets for what it is at besides: while it is stopped it cannot do that, and it would do it
    /// while it is asked.
    private static let patience = 10.0

    /// Nil when the question failed.
    private func ask(_ question: Question, of candidate: Candidate, isFirst: Bool) -> QuestionTiming? {
        do {
            let (timing, reply) = try QuestionTiming.measure(
                question.path(end: load.end), on: candidate.server, repeats: repeats)
            if !isFirst { return timing }
            if question.kind != .path { candidate.result.answers[question.name] = try Answers.parse(reply) }
            // Prometheus computes everything each time.
            if candidate.contender != .prometheus, question.kind == .range {
                candidate.result.refreshed[question.name] =
                    try QuestionTiming.measure(refreshes(of: question), on: candidate.server)
            }
            return timing
        } catch {
            candidate.result.errors[question.name] = "\(error)"
            return nil
        }
    }

    /// The question as it is asked at each step, the last time for the newest steps.
    private func refreshes(of question: Question) -> [String] {
        (0...repeats).map { number in
            question.path(end: load.end - Double(repeats - number) * question.step)
                .replacingOccurrences(of: "&nocache=1", with: "")
        }
    }

    /// Starts the server again for each question that is asked with nothing in memory.
    func askCold(_ candidate: Candidate) throws {
        for question in questions where question.isAskedCold {
            candidate.server.stop(signal: SIGKILL)
            evict(filesBelow: candidate.server.data)
            candidate.server = try RunningServer(
                candidate.contender, configuration: try idleConfiguration(in: candidate.folder),
                data: candidate.server.data, port: freePort())
            let connection = Connection(port: candidate.server.port)
            let began = Clock.seconds()
            let reply = try connection.get(question.path(end: load.end))
            if reply.status == 200 { candidate.result.cold[question.name] = (Clock.seconds() - began) * 1000 }
        }
        candidate.server.pause()
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
