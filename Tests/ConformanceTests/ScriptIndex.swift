import TestSupport

/// What the conformance data says about its evaluations.
struct ScriptIndex {
    /// In the order of the index, those to pass first in front.
    private(set) var files: [String] = []
    /// `file:line` of the evaluations that a server with default settings and without native histograms must
    /// pass.
    private(set) var core: Set<String> = []
    /// The same of a server that removes names at the end and knows all syntax.
    private(set) var delayed: Set<String> = []

    init() throws {
        for item in try ConformanceData.lines("promqltest/index.jsonl") {
            guard let file = item["file"] as? String, let line = item["line"] as? Int else { continue }
            if !files.contains(file) { files.append(file) }
            let needs = Set(item["needs"] as? [String] ?? [])
            if needs.isSubset(of: ["experimental_syntax", "delayed_name_removal"]) {
                delayed.insert("\(file):\(line)")
            }
            if item["core"] as? Bool == true { core.insert("\(file):\(line)") }
        }
    }

    static func isFirst(_ file: String) -> Bool { !file.hasPrefix("later/") }
}
