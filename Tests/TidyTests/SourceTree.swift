import Foundation

/// The repository's own files, read as text.
struct SourceTree {
    struct SourceFile {
        /// Relative to the repository.
        let path: String
        let lines: [String]

        var target: String {
            let parts = path.split(separator: "/")
            return parts.count > 1 ? String(parts[1]) : ""
        }
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files below a folder of the repository, sorted by path.
    static func swiftFiles(below folder: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        guard let paths = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: base.appendingPathComponent(path), encoding: .utf8) else {
                return nil
            }
            return SourceFile(path: "\(folder)/\(path)", lines: text.components(separatedBy: "\n"))
        }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Modules that a file imports, with the line of each.
    static func imports(of file: SourceFile) -> [(module: String, line: Int)] {
        file.lines.enumerated().compactMap { index, line in
            let words = line.split(separator: " ").map(String.init)
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                words[..<position].allSatisfy({ $0.hasPrefix("@") || $0 == "package" || $0 == "internal" })
            else { return nil }
            return (words[position + 1], index + 1)
        }
    }
}
