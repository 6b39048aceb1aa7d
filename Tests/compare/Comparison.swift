import Foundation
import PeerSupport
import PromQL
import TestSupport

/// Asks both servers the same random questions.
struct Comparison {
    var seed: UInt64
    var count: Int
    let servers: ServerPair

    private(set) var lastProbe = Probe(query: "", times: .instant(0))
    private(set) var asked = 0
    private(set) var failures = 0
    private(set) var empty = 0
    private(set) var known: [String: Int] = [:]
    private(set) var unexplained: [String] = []
    private var coverage = Coverage()

    /// From so many queries on, each part of the language has to have come.
    private static let enoughForAll = 2000

    init(seed: UInt64, count: Int, servers: ServerPair) {
        self.seed = seed
        self.count = count
        self.servers = servers
    }

    mutating func run() throws {
        for index in 0..<count {
            // One generator a query, so that each can be asked again alone.
            let own = seed &+ UInt64(index)
            var generator = QueryGenerator(seed: own)
            let query = generator.query()
            coverage.add(query)
            for times in generator.times() { try compare(Probe(query: query, times: times), seed: own) }
        }
        if count >= Self.enoughForAll, !coverage.missing.isEmpty {
            unexplained.append("never asked: \(coverage.missing.joined(separator: ", "))")
        }
    }

    private mutating func compare(_ probe: Probe, seed: UInt64) throws {
        lastProbe = probe
        let replies = try servers.ask(probe)
        asked += 1
        switch replies.prometheus {
        case .failure(let type, let text):
            if type == "bad_data" { unexplained.append("seed \(seed): invalid: \(probe.query): \(text)") }
            failures += 1
        case .series(_, let series): if series.isEmpty { empty += 1 }
        }
        guard AnswerComparison.difference(replies, query: probe.query) != nil else { return }
        let small = try minimised(probe)
        var last = try servers.ask(small)
        for _ in 0..<20 where AnswerComparison.difference(last, query: small.query) == nil {
            last = try servers.ask(small)
        }
        if let name = try KnownDifferences.name(of: small, last, servers) {
            known[name, default: 0] += 1
            return
        }
        unexplained.append(
            """
            seed \(seed): \(probe.query)
              \(small.times.description), as small as it gets: \(small.query)
              \(AnswerComparison.difference(last, query: small.query) ?? "gone when asked again")
              apus:       \(last.apus.summary)
              prometheus: \(last.prometheus.summary)
            """)
    }

    /// Drops subexpressions as long as a difference stays.
    private func minimised(_ probe: Probe) throws -> Probe {
        var best = probe
        search: while true {
            for candidate in best.simplified() {
                // What topk takes of equal values changes from one time to the next.
                for _ in 0..<(candidate.query.contains("topk") || candidate.query.contains("bottomk") ? 8 : 1) {
                    let replies = try servers.ask(candidate)
                    if AnswerComparison.difference(replies, query: candidate.query) != nil {
                        best = candidate
                        continue search
                    }
                }
            }
            return best
        }
    }

    var report: String {
        var lines = ["\(asked) answers compared: \(failures) errors, \(empty) empty", coverage.summary]
        for (reason, count) in known.sorted(by: { $0.key < $1.key }) { lines.append("known, \(reason): \(count)") }
        lines.append("unexplained: \(unexplained.count)")
        return (unexplained + lines).joined(separator: "\n")
    }
}
