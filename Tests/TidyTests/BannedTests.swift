import Foundation
import Testing

/// What must not stand in the sources.
@Suite struct BannedTests {
    static let banned: [(pattern: String, reason: String)] = [
        ("import Foundation", "the server runs without Foundation"),
        ("try!", "errors are handled"),
        ("fatalError(", "programmer errors are preconditions, everything else is thrown"),
        (" print(", "use the logger or StandardStreams"),
        ("Date()", "time is passed in"),
        ("SystemRandomNumberGenerator", "randomness is passed in"),
        ("TODO", "do it or file it"),
        ("FIXME", "do it or file it"),
        ("public func", "package is the widest access"),
        ("public struct", "package is the widest access"),
        ("public final class", "package is the widest access"),
        ("-Ounchecked", "not worth its risk"),
    ]

    @Test func sourcesAreFreeOfThem() {
        var problems: [String] = []
        for file in SourceTree.swiftFiles(below: "Sources") {
            for (index, line) in file.lines.enumerated() {
                for (pattern, reason) in Self.banned where line.contains(pattern) {
                    problems.append("\(file.path):\(index + 1): \(pattern): \(reason)")
                }
            }
        }
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    @Test func topLevelIsFixed() throws {
        let allowed: Set<String> = [
            "Package.swift", "Sources", "Tests", "Benchmarks", "docs", "Makefile", "README.md", "LICENSE", ".ci",
            ".gitignore", ".swift-format", ".git", ".build", "data", "Package.resolved", ".swiftpm",
        ]
        let present = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
        #expect(Set(present).subtracting(allowed).isEmpty)
    }

    @Test func readmeFitsAScreenOrTwo() throws {
        #expect(try SourceTree.text("README.md").components(separatedBy: "\n").count <= 151)
    }

    @Test func everyPageHasOneTitle() throws {
        let docs = SourceTree.root.appendingPathComponent("docs")
        let pages = FileManager.default.enumerator(atPath: docs.path)?.compactMap { $0 as? String } ?? []
        for page in pages where page.hasSuffix(".md") {
            var inCode = false
            var titles = 0
            for line in try SourceTree.text("docs/\(page)").components(separatedBy: "\n") {
                if line.hasPrefix("```") { inCode.toggle() }
                if !inCode, line.hasPrefix("# ") { titles += 1 }
            }
            #expect(titles == 1, "docs/\(page) has \(titles) titles")
        }
    }
}
