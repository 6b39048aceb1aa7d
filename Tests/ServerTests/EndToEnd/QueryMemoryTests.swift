import Foundation
import HTTP
import Model
import Platform
import Synchronization
import Testing

@testable import CommandLineTool

extension EndToEndTests {
    /// Whatever is asked, the server stays within what it had before, its queries' budget and a fixed slack.
    @Suite(.serialized) struct QueryMemoryTests {
        private static let series = 20_000
        private static let budget = 48 << 20
        private static let cache = 8 << 20
        /// Stacks, buffers of connections and requests, slices while they are decoded, and pages that are partly free.
        private static let slack = 24 << 20

        private static let queries = [
            "m", "-m", "sort(m)",
            "label_replace(m, \"new\", \"a longer text for $1, twice: $1\", \"instance\", \"(.*)\")",
            "label_join(m, \"new\", \"-\", \"instance\", \"path\", \"instance\", \"path\")", "count_values(\"v\", m)",
            "m + m", "m * on (instance, path) group_left () m", "m or label_replace(m, \"x\", \"y\", \"\", \"\")",
            "m and on (path) m", "sum by (instance, path) (m)", "stddev by (instance, path) (m)",
            "quantile by (instance, path) (0.5, m)", "topk(20000, m)", "limit_ratio(0.9, m)", "info(m)",
            "histogram_quantile(0.9, label_replace(m, \"le\", \"1\", \"\", \"\"))", "max_over_time(m[10m:5s])",
            "m{instance=~\"([a-z]+-[0-9]+.?)+\"} or m{instance=~\"(host|[0-9]+|-)+\"}",
        ]

        @Test func staysWithinItsBudget() throws {
            let folder = try TestFolder()
            let end = Int(Date().timeIntervalSince1970) - 60
            try Self.load(folder, end: end)
            let flags = [
                "--query.max-memory=\(Self.budget * 3 / 4)B", "--query.max-total-memory=\(Self.budget)B",
                "--query.cache-size=\(Self.cache)B",
            ]
            let server = try TestServer(in: folder, flags)
            _ = try server.json("/api/v1/query?query=count(m)&time=\(end)")
            let watch = MemoryWatch(server.program.identifier)
            let idle = watch.now
            let base = server.base
            let clients = try (0..<4).map { number in
                try Platform.Thread(name: "client-\(number)") {
                    for (place, query) in Self.queries.enumerated() {
                        let step = [1, 30, 300][(place + number) % 3]
                        watch.note(query, Self.ask(base, query, end: end, step: step))
                    }
                }
            }
            for client in clients { client.join() }
            let (most, answers, refusals, others) = watch.stop()
            #expect(others.isEmpty)
            #expect(answers > 10 && refusals.count > 10, "\(answers) answers, \(refusals.count) refusals")
            for text in refusals { #expect(text.contains(where: \.isNumber) && text.contains("the limit is")) }
            #expect(refusals.contains { $0.contains("m with ") && $0.contains(" series") }, "\(refusals)")
            print(
                "query memory: \(idle >> 20) MiB idle, at most \((most - idle) >> 20) MiB more, "
                    + "the budget is \(Self.budget >> 20) MiB; \(answers) answers, \(refusals.count) refusals")
            #expect(most <= idle + Self.budget + Self.cache + Self.slack)
        }

        /// Nil for an answer, else the error's text.
        private static func ask(_ base: String, _ query: String, end: Int, step: Int) -> String? {
            var request = OutgoingRequest(url: base + "/api/v1/query_range")
            request.method = "POST"
            request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
            request.body = Array(
                "query=\(PercentText.encode(query))&start=\(end - 600)&end=\(end)&step=\(step)".utf8)
            do {
                let reply = try HTTPClient.send(request)
                if reply.status == 200 { return nil }
                return try JSONReader.read(reply.body)["error"]?.string ?? "status \(reply.status)"
            } catch {
                return "\(error)"
            }
        }

        private static func load(_ folder: TestFolder, end: Int) throws {
            var text = "# TYPE m gauge\n"
            for number in 0..<series {
                let labels =
                    "instance=\"host-\(number / 50).example.com:9100\",path=\"/api/v1/resource/\(number % 50)\""
                for row in 0..<6 {
                    text += "m{\(labels)} \((number * 7 + row * 13) % 100_003) \(end - 600 + row * 120)\n"
                }
            }
            try folder.write(text + "# EOF\n", to: "data.om")
            let result = try folder.run(["tsdb", "import", "openmetrics", "data.om"])
            #expect(result.code == 0, "\(result.errors)")
        }
    }
}

/// Looks at a process's anonymous memory all the time, and collects what its clients were told.
private final class MemoryWatch: Sendable {
    private struct State {
        var most = 0
        var answers = 0
        var refusals: [String] = []
        var others: [String] = []
        var isStopped = false
    }

    private let process: Int32
    private let state = Mutex(State())

    init(_ process: Int32) {
        self.process = process
        Foundation.Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isStopped }) {
                let now = now
                state.withLock { $0.most = max($0.most, now) }
                usleep(1000)
            }
        }
    }

    /// Bytes.
    var now: Int {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }

    func note(_ query: String, _ problem: String?) {
        state.withLock { state in
            guard let problem else {
                state.answers += 1
                return
            }
            let isRefusal = problem.hasPrefix("query needs too much memory") || problem.contains("too many samples")
            if isRefusal { state.refusals.append(problem) } else { state.others.append("\(query): \(problem)") }
        }
    }

    func stop() -> (most: Int, answers: Int, refusals: [String], others: [String]) {
        state.withLock { state in
            state.isStopped = true
            return (state.most, state.answers, state.refusals, state.others)
        }
    }
}
