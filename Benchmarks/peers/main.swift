import Foundation
import PeerSupport

guard let options = Options(CommandLine.arguments.dropFirst()) else {
    FileHandle.standardError.write(Data(Options.usage.utf8))
    exit(2)
}

RunningServer.endWithThisProcess()
var benchmark = PeersBenchmark(options)
benchmark.run()

let results = Paths.results
try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
var report = Report.text(of: benchmark.table)
report += "\nDisagreeing answers: \(benchmark.disagreements.count)\n"
report += benchmark.disagreements.map { "- \($0)\n" }.joined()
print(report)
try report.write(to: results.appendingPathComponent("peers.md"), atomically: true, encoding: .utf8)
let encoder = JSONEncoder()
encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
try encoder.encode(benchmark.table.lines).write(to: results.appendingPathComponent("peers.json"))
try Plot(table: benchmark.table).svg()
    .write(to: results.appendingPathComponent("peers.svg"), atomically: true, encoding: .utf8)
