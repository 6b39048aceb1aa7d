import Configuration
import Foundation
import TestSupport
import Testing

/// The configuration files of the conformance data. What only uses keys that work here must come out as the index says.
@Suite struct ConformanceTests {
    private struct Case: Decodable {
        var file: String
        var accept: Bool
        var errorsContain: [String]?

        enum CodingKeys: String, CodingKey {
            case file, accept
            case errorsContain = "errors_contain"
        }
    }

    private enum Outcome: Equatable {
        case passed
        /// About something that is refused as not supported yet.
        case outOfScope
        case failed(String)
    }

    private static let folder = ConformanceData.root?.appendingPathComponent("config")

    /// `alerting` is taken whole, so errors inside it are not seen.
    private static let insideAlerting: Set<String> = [
        "bad/config_with_deprecated_am_api_config.yml", "bad/empty_alert_relabel_config.bad.yml",
        "bad/empty_alertmanager_relabel_config.bad.yml",
    ]

    @Test(.enabled(if: folder != nil, "\(ConformanceData.missing)"))
    func filesComeOutAsTheIndexSays() throws {
        let folder = try #require(Self.folder)
        let index = try String(contentsOf: folder.appendingPathComponent("index.jsonl"), encoding: .utf8)
        var passed: [String] = []
        var outOfScope = 0
        for line in index.split(separator: "\n") {
            let item = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
            switch try Self.run(item, in: folder) {
            case .passed: passed.append(item.file)
            case .outOfScope: outOfScope += 1
            case .failed(let reason): Issue.record("\(item.file): \(reason)")
            }
        }
        print("configuration conformance: \(passed.count) passed, \(outOfScope) about what is not supported yet")
        let lost = ConformanceRatchet.passing.subtracting(passed).sorted()
        #expect(lost.isEmpty, "these passed before")
        let gained = Set(passed).subtracting(ConformanceRatchet.passing).sorted()
        #expect(gained.isEmpty, "these pass now: add them to ConformanceRatchet")
    }

    private static func run(_ item: Case, in folder: URL) throws -> Outcome {
        let text = try Data(contentsOf: folder.appendingPathComponent(item.file))
        do throws(ConfigurationError) {
            _ = try ConfigurationLoader.load(Array(text), file: item.file) { _ in nil }
        } catch {
            if error.message.contains("is not supported yet") { return .outOfScope }
            let missing = (item.errorsContain ?? []).filter { !error.message.contains($0) }
            return !item.accept && missing.isEmpty ? .passed : .failed(error.description)
        }
        if item.accept { return .passed }
        return insideAlerting.contains(item.file) ? .outOfScope : .failed("accepted")
    }
}
