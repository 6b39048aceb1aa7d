import Foundation

/// Counts of passed evaluations by file.
struct ScriptReport {
    private struct File {
        var name: String
        var total = 0
        var passed = 0
        var core = 0
        var corePassed = 0
        var failures: [String] = []
    }

    private let title: String
    /// `file:line` of what has to pass.
    private let wanted: Set<String>
    private var files: [File] = []
    private var problems: [String: String] = [:]
    private(set) var passed: Set<String> = []

    init(_ title: String, wanted: Set<String>) {
        self.title = title
        self.wanted = wanted
    }

    mutating func record(_ name: String, _ results: [(line: Int, problem: String?)]) {
        var file = File(name: name)
        for (line, problem) in results {
            let id = "\(name):\(line)"
            let isCore = wanted.contains(id)
            file.total += 1
            file.core += isCore ? 1 : 0
            if let problem {
                problems[id] = problem
                if isCore { file.failures.append("\(id): \(problem)") }
            } else {
                passed.insert(id)
                file.passed += 1
                file.corePassed += isCore ? 1 : 0
            }
        }
        files.append(file)
    }

    /// An evaluation with the reason why it failed.
    func explained(_ id: String) -> String { "\(id): \(problems[id] ?? "did not run")" }

    func print() {
        var lines = ["conformance promqltest, \(title): passed/wanted (all passed/all)"]
        for file in files {
            lines.append("  \(file.name) \(file.corePassed)/\(file.core) (\(file.passed)/\(file.total))")
            lines += file.failures.prefix(Self.shown).map { "    " + $0.prefix(300) }
            if file.failures.count > Self.shown { lines.append("    and \(file.failures.count - Self.shown) more") }
        }
        lines.append(total("top level") { ScriptIndex.isFirst($0) })
        lines.append(total("later/") { !ScriptIndex.isFirst($0) })
        Swift.print(lines.joined(separator: "\n"))
    }

    /// Failures listed per file.
    private static let shown = ProcessInfo.processInfo.environment["APUS_ALL_FAILURES"] == "1" ? Int.max : 10

    private func total(_ title: String, _ isIn: (String) -> Bool) -> String {
        let chosen = files.filter { isIn($0.name) }
        func sum(_ field: (File) -> Int) -> Int { chosen.reduce(0) { $0 + field($1) } }
        return "\(title): \(sum { $0.corePassed })/\(sum { $0.core }) wanted, "
            + "\(sum { $0.passed })/\(sum { $0.total }) of all"
    }
}
