import Foundation
import TestSupport
import Testing

/// The scripts of Prometheus's own engine tests, each run in several ways. An evaluation counts as passed when it passes
/// in all. What passed once must go on passing: `passing.txt` lists it, `APUS_UPDATE_RATCHET=1` rewrites it.
@Suite(.enabled(if: ConformanceData.root != nil, "\(ConformanceData.missing)"))
struct PromQLScriptTests {
    @Test func scripts() throws {
        let index = try ScriptIndex()
        var immediate = ScriptReport("names removed at once", wanted: index.core)
        var delayed = ScriptReport("names removed at the end", wanted: index.delayed)
        for file in index.files {
            immediate.record(file, try Self.run(file, ScriptWay.allCases, delaysNameRemoval: false))
            delayed.record(file, try Self.run(file, [.shared], delaysNameRemoval: true))
        }
        immediate.print()
        delayed.print()
        let passed = immediate.passed.union(delayed.passed.map { $0 + Self.delayedMark })
        let ratchet = ScriptRatchet()
        if ProcessInfo.processInfo.environment["APUS_UPDATE_RATCHET"] == "1" { try ratchet.write(passed) }
        let lost = try ratchet.read().filter { !passed.contains($0) }.map { id in
            id.hasSuffix(Self.delayedMark)
                ? delayed.explained(String(id.dropLast(Self.delayedMark.count))) : immediate.explained(id)
        }
        #expect(lost.isEmpty, "no longer pass: \(lost.joined(separator: "\n"))")
    }

    /// Behind what passed in the mode that removes names at the end.
    private static let delayedMark = " delayed"

    /// The problem of each evaluation by its line, nil where it passed in all ways.
    private static func run(
        _ file: String, _ ways: [ScriptWay], delaysNameRemoval: Bool
    ) throws -> [(line: Int, problem: String?)] {
        let script = try PromQLScript(ConformanceData.text("promqltest/\(file)"))
        var problems: [Int: String?] = [:]
        for way in ways {
            for result in try way.runner(delaysNameRemoval: delaysNameRemoval).run(script) {
                let known = problems[result.line] ?? nil
                problems[result.line] = .some(known ?? result.problem.map { "[\(way)] \(result.expression): \($0)" })
            }
        }
        return problems.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
