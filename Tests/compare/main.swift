import Foundation
import PeerSupport
import TestSupport

/// `compare [--seed=N] [--count=N] [--keep]`: random queries to Apus and to Prometheus 2.42 over the same data.
/// `--keep` leaves both servers running until a line is read. Exit codes: 0 all the same, 1 differences, 2 no servers.
let arguments = CommandLine.arguments.dropFirst()

func value(_ name: String) -> Int? {
    arguments.first { $0.hasPrefix("--\(name)=") }.flatMap { Int($0.dropFirst(name.count + 3)) }
}

let folder = Paths.repository.appendingPathComponent(".build/compare-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
var status: Int32 = 0
do {
    let servers = try ServerPair(folder: folder)
    defer { servers.stop() }
    try servers.load(ComparisonData())
    var comparison = Comparison(
        seed: UInt64(value("seed") ?? 1), count: value("count") ?? 2000, servers: servers)
    do {
        try comparison.run()
    } catch {
        print("\(error)\nwhile asked: \(comparison.lastProbe.query), \(comparison.lastProbe.times.description)")
        status = 2
    }
    print(comparison.report)
    if !comparison.unexplained.isEmpty { status = max(status, 1) }
    if arguments.contains("--keep") {
        FileHandle.standardOutput.write(Data("\(servers.ports); Enter ends them\n".utf8))
        _ = FileHandle.standardInput.availableData
    }
} catch {
    print("\(error)")
    status = 2
}
try? FileManager.default.removeItem(at: folder)
exit(status)
