import Foundation
import TestSupport
import Testing

/// The scripts of Prometheus's own engine tests, each run in several ways. An evaluation counts as passed when it passes
/// in all. What passed once must go on passing: `passing.txt` lists it, `APUS_UPDATE_RATCHET=1` rewrites it.
@Suite(.enabled(if: ConformanceData.root != nil, "\(ConformanceData.missing)"))
struct PromQLScriptTests {
    @Test func scripts() throws {
        let index = try ScriptIndex()
        var report = ScriptReport(index)
        for file in index.files { report.record(file, try Self.run(file)) }
        report.print()
        let ratchet = ScriptRatchet()
        if ProcessInfo.processInfo.environment["APUS_UPDATE_RATCHET"] == "1" { try ratchet.write(report.passed) }
        let lost = try ratchet.read().filter { !report.passed.contains($0) }
        #expect(lost.isEmpty, "no longer pass: \(lost.map(report.explained).joined(separator: "\n"))")
    }

    /// The problem of each evaluation by its line, nil where it passed in all ways.
    private static func run(_ file: String) throws -> [(line: Int, problem: String?)] {
        let script = try PromQLScript(ConformanceData.text("promqltest/\(file)"))
        var problems: [Int: String?] = [:]
        for way in ScriptWay.allCases {
            for result in try way.runner.run(script) {
                let known = problems[result.line] ?? nil
                problems[result.line] = .some(known ?? result.problem.map { "[\(way)] \(result.expression): \($0)" })
            }
        }
        return problems.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
