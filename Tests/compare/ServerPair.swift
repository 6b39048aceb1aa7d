import Foundation
import PeerSupport
import TestSupport

/// What a server said to a query.
enum Reply {
    case series(type: String, [Answers.Series])
    /// The API's error type and text.
    case failure(type: String, text: String)

    init(_ reply: Connection.Reply) throws {
        guard let root = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any] else {
            throw Connection.Failure(description: "the answer is no JSON object")
        }
        if root["status"] as? String == "success" {
            let data = root["data"] as? [String: Any]
            self = .series(type: data?["resultType"] as? String ?? "", try Answers.parse(reply))
        } else {
            self = .failure(type: root["errorType"] as? String ?? "", text: root["error"] as? String ?? "")
        }
    }

    /// For reports: the first series and points.
    var summary: String {
        switch self {
        case .failure(let type, let text): return "\(type): \(text)"
        case .series(let type, let series):
            let lines = series.prefix(4).map { one in
                let labels = one.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
                let points = one.points.prefix(4).map { "\($0.value) @\($0.time)" }
                return
                    "  {\(labels.joined(separator: ","))} \(one.points.count) points: \(points.joined(separator: ", "))"
            }
            return (["\(type), \(series.count) series"] + lines).joined(separator: "\n    ")
        }
    }
}

/// The answers of both.
struct Replies {
    var apus: Reply
    var prometheus: Reply
}

/// Both servers, running with the same data.
final class ServerPair {
    private let apus: RunningServer
    private let prometheus: RunningServer
    private let toApus: Connection
    private let toPrometheus: Connection

    init(folder: URL) throws {
        let configuration = try idleConfiguration(in: folder)
        func start(_ contender: Contender) throws -> RunningServer {
            try RunningServer(
                contender, configuration: configuration, data: folder.appendingPathComponent(contender.rawValue),
                port: freePort(), flags: ["--storage.tsdb.retention.time=50y"])
        }
        apus = try start(.apus)
        do {
            prometheus = try start(.prometheus)
        } catch {
            apus.stop()
            throw error
        }
        toApus = Connection(port: apus.port)
        toPrometheus = Connection(port: prometheus.port)
    }

    func load(_ data: ComparisonData) throws {
        try data.send(over: toApus)
        try data.send(over: toPrometheus)
    }

    func ask(_ probe: Probe) throws -> Replies {
        let own = try Reply(toApus.get(probe.times.path(probe.query)))
        let other = try Reply(toPrometheus.get(probe.times.path(KnownDifferences.oldNames(probe.query))))
        return Replies(apus: own, prometheus: other)
    }

    func stop() {
        apus.stop()
        prometheus.stop(signal: SIGKILL)
    }

    var ports: String { "apus on port \(apus.port), prometheus on port \(prometheus.port)" }
}

extension QueryTimes {
    func path(_ query: String) -> String {
        switch self {
        case .instant(let time): return "/api/v1/query?query=\(Answers.escaped(query))&time=\(time)"
        case .range(let start, let end, let step):
            return "/api/v1/query_range?query=\(Answers.escaped(query))&start=\(start)&end=\(end)&step=\(step)"
        }
    }
}
