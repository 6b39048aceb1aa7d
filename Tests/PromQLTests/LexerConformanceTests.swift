import Foundation
import PromQL
import TestSupport
import Testing

@Suite(.enabled(if: ConformanceData.root != nil, "\(ConformanceData.missing)"))
struct LexerConformanceTests {
    @Test func tokens() throws {
        var report = ConformanceReport("lexer.jsonl")
        for item in try ConformanceData.lines("parser/lexer.jsonl") {
            report.record(item["id"] as? String ?? "?", Self.check(item))
        }
        report.finish()
    }

    private static func check(_ item: [String: Any]) -> String? {
        let bytes = (item["input_bytes"] as? String).flatMap { Data(base64Encoded: $0) } ?? Data()
        let input = item["input"] as? String ?? String(decoding: bytes, as: UTF8.self)
        var lexer = Lexer(input, seriesNotation: item["series_desc"] as? Bool ?? false)
        var found: [String] = []
        var failure: String?
        while true {
            let token = lexer.next()
            if case .failure(let message) = token.kind {
                failure = "\(token.range.start) \(message)"
                if item["fail"] as? Bool == true { break }
                found.append("\(token.range.start) \(message)")
            } else {
                let text = Array(input.utf8)[token.range.start..<token.range.end]
                found.append("\(token.range.start) \(String(decoding: text, as: UTF8.self))")
            }
            if token.kind == .endOfInput { break }
        }
        if item["fail"] as? Bool == true {
            let expected = "\(item["error_pos"] ?? "?") \(item["error_text"] ?? "?")"
            return failure == expected ? nil : "\(input): \(failure ?? "no error"), not \(expected)"
        }
        let expected = (item["tokens"] as? [[Any]] ?? []).map { "\($0[1]) \($0[2])" }
        return found == expected ? nil : "\(input): \(found), not \(expected)"
    }
}
