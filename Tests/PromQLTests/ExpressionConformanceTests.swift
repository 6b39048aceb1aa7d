import Foundation
import PromQL
import TestSupport
import Testing

/// The cases of Prometheus's own parser tests.
@Suite(.enabled(if: ConformanceData.root != nil, "\(ConformanceData.missing)"))
struct ExpressionConformanceTests {
    /// The switches under which the data's `fail` and `error_text` were recorded.
    private static var recorded: ParserOptions {
        var options = ParserOptions()
        options.fillModifiers = false
        return options
    }

    private static var stable: ParserOptions {
        var options = ParserOptions()
        options.experimentalFunctions = false
        options.durationExpressions = false
        options.extendedSelectors = false
        options.fillModifiers = false
        return options
    }

    @Test func expressions() throws {
        var report = ConformanceReport("expressions.jsonl")
        for item in try ConformanceData.lines("parser/expressions.jsonl") {
            let input = Self.input(item)
            var problem = Self.check(input, Self.recorded, item, fail: "fail", text: "error_text")
            problem = problem ?? Self.check(input, Self.stable, item, fail: "default_fail", text: "default_error_text")
            if problem == nil, let expression = try? Parser.parse(input) {
                problem = Self.check(expression, item)
            }
            report.record(item["id"] as? String ?? "?", problem)
        }
        report.finish()
    }

    @Test func formats() throws {
        var report = ConformanceReport("format.jsonl")
        for item in try ConformanceData.lines("parser/format.jsonl") {
            let input = Self.input(item)
            let problem: String?
            do {
                let expression = try Parser.parse(input)
                problem = Self.check(expression, item) ?? Self.check(input, Self.stable, item, fail: "default_fail")
            } catch {
                problem = "\(input): \(error)"
            }
            report.record(item["id"] as? String ?? "?", problem)
        }
        report.finish()
    }

    private static func input(_ item: [String: Any]) -> String {
        if let text = item["input"] as? String { return text }
        let bytes = (item["input_bytes"] as? String).flatMap { Data(base64Encoded: $0) } ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func check(
        _ input: String, _ options: ParserOptions, _ item: [String: Any], fail: String, text: String? = nil
    ) -> String? {
        do {
            _ = try Parser.parse(input, options: options)
            return item[fail] as? Bool == true ? "\(input.prefix(200)): accepted" : nil
        } catch {
            guard item[fail] as? Bool == true else { return "\(input.prefix(200)): \(error)" }
            guard let text, let expected = item[text] as? String, expected != error.description else { return nil }
            return "\(input.prefix(200)): said \(error.description), not \(expected)"
        }
    }

    private static func check(_ expression: PromQL.Expression, _ item: [String: Any]) -> String? {
        if let text = item["string"] as? String, text != expression.description {
            return "printed \(expression), not \(text)"
        }
        if let text = item["pretty"] as? String, text != expression.pretty {
            return "pretty-printed\n\(expression.pretty)\nnot\n\(text)"
        }
        if let type = item["type"] as? String, type != expression.type.rawValue {
            return "\(expression) is a \(expression.type), not a \(type)"
        }
        guard let expected = item["ast"] as? NSDictionary else { return nil }
        let json = ParseTree.json(expression)
        let tree = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary
        return tree == expected ? nil : "tree \(json), not \(expected)"
    }
}
