import Foundation

/// The checked-in list of evaluations that pass, `file:line` each, beside this file.
struct ScriptRatchet {
    private let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("passing.txt")

    func read() throws -> [String] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    func write(_ passed: Set<String>) throws {
        let sorted = passed.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        try Data((sorted.joined(separator: "\n") + "\n").utf8).write(to: url)
    }
}
