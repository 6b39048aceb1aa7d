import Model

/// What it costs to compile a pattern and to try it on one value of a thousand.
func matchingBenchmarks() {
    let values = (0..<1000).map { Array("node-\($0).example.com:9100".utf8) }
    let many = (0..<10_000).map { "node-\($0)\\.example\\.com:9100" }.joined(separator: "|")
    let patterns = [
        ("three literals", "node-1|node-2|node-3"), ("10,000 literals", many),
        ("10,000 literals, dots not escaped", many.filter { $0 != "\\" }), ("prefix", "node-7.*"),
        ("contains", ".*example.*"), ("left to RE2", "node-[0-9]+\\.example.*"),
    ]
    for (what, text) in patterns {
        let compiling = shortest { _ = try? LabelPattern(text) }
        guard let pattern = try? LabelPattern(text) else { continue }
        var matched = 0
        let matching = shortest {
            matched = 0
            for value in values where value.withUnsafeBytes({ pattern.matches($0) }) { matched += 1 }
        }
        print(
            "pattern, \(what): compile \(nanoseconds(compiling / 1000)) us, "
                + "match \(nanoseconds(matching / 1000)) ns/value (\(matched) of 1000)")
    }
}
