import Foundation
import PeerSupport

/// `bench-peers [--quick] [--rounds=N] [--scenarios=ingest,million,dashboard,query] [--contenders=apus,prometheus,victoria-metrics]`
let arguments = CommandLine.arguments.dropFirst()

func value(_ name: String) -> String? {
    arguments.first { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
}

let isQuick = arguments.contains("--quick")
let rounds = value("rounds").flatMap { Int($0) } ?? (isQuick ? 1 : 3)
let scenarios = value("scenarios") ?? "ingest,million,dashboard,query"
let contenders = (value("contenders") ?? Contender.allCases.map(\.rawValue).joined(separator: ","))
    .split(separator: ",").compactMap { Contender(rawValue: String($0)) }

var benchmark = PeersBenchmark(
    isQuick: isQuick, rounds: rounds, scenarios: Set(scenarios.split(separator: ",").map(String.init)),
    contenders: contenders)
benchmark.run()

let results = Paths.results
try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
var report = benchmark.table.text
report += "\nDisagreeing answers: \(benchmark.disagreements.count)\n"
report += benchmark.disagreements.map { "- \($0)\n" }.joined()
print(report)
try report.write(to: results.appendingPathComponent("peers.md"), atomically: true, encoding: .utf8)
let encoder = JSONEncoder()
encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
try encoder.encode(benchmark.table.lines).write(to: results.appendingPathComponent("peers.json"))
try Plot(lines: benchmark.table.lines).svg()
    .write(to: results.appendingPathComponent("peers.svg"), atomically: true, encoding: .utf8)
