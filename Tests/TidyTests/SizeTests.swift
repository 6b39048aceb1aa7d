import Foundation
import Testing

/// Bounds on lines, functions and files.
@Suite struct SizeTests {
    static let lineLimit = 120
    static let functionLimit = 70
    static let fileLimit = 800

    static let files = ["Sources", "Tests", "Benchmarks"].flatMap { SourceTree.swiftFiles(below: $0) }

    @Test func filesAreShort() {
        #expect(!Self.files.isEmpty)
        let long = Self.files.filter { $0.lines.count > Self.fileLimit }.map { "\($0.path): \($0.lines.count) lines" }
        #expect(long.isEmpty, "\(long.joined(separator: "\n"))")
    }

    @Test func linesAreShort() {
        var long: [String] = []
        for file in Self.files where file.path.hasPrefix("Sources") {
            for (index, line) in file.lines.enumerated() where line.count > Self.lineLimit && !line.contains("\"") {
                long.append("\(file.path):\(index + 1): \(line.count) columns")
            }
        }
        #expect(long.isEmpty, "\(long.joined(separator: "\n"))")
    }

    /// A function runs from its `func` or `init` line to the closing brace at the same indentation.
    @Test func functionsAreShort() {
        var long: [String] = []
        for file in Self.files {
            for (name, line, length) in Self.functions(in: file) where length > Self.functionLimit {
                long.append("\(file.path):\(line): \(name) has \(length) lines")
            }
        }
        #expect(long.isEmpty, "\(long.joined(separator: "\n"))")
    }

    static func functions(in file: SourceTree.SourceFile) -> [(name: String, line: Int, length: Int)] {
        var found: [(String, Int, Int)] = []
        for (index, line) in file.lines.enumerated() {
            guard
                let match = line.firstMatch(of: #/^(?<indent> *)(?:[\w@()]+ )*(?:func (?<name>\S+?)[(<]|init[?]?[(<])/#)
            else { continue }
            let indent = match.output.indent
            var end = index
            // A body on one line has its closing brace at the line's end.
            if !(line.hasSuffix("}") || !line.contains("{") && !line.hasSuffix("(") && !line.hasSuffix(",")) {
                end = file.lines[index...].firstIndex { $0 == indent + "}" } ?? index
            }
            found.append((String(match.output.name ?? "init"), index + 1, end - index + 1))
        }
        return found
    }
}
