import Foundation
import Model
import PromQL
import TestSupport
import Testing

@Suite(.enabled(if: ConformanceData.root != nil, "\(ConformanceData.missing)"))
struct SeriesConformanceTests {
    @Test func descriptions() throws {
        var report = ConformanceReport(
            "series_descriptions.jsonl",
            exceptions: [
                "series-035": "adding native histograms of different schemas",
                "series-042": "the message names the reference parser's internal token number",
            ])
        for item in try ConformanceData.lines("parser/series_descriptions.jsonl") {
            report.record(item["id"] as? String ?? "?", Self.check(item))
        }
        report.finish()
    }

    private static func check(_ item: [String: Any]) -> String? {
        let input = item["input"] as? String ?? ""
        do {
            let description = try Parser.seriesDescription(input)
            if item["fail"] as? Bool == true { return "\(input): accepted" }
            let labels = item["labels"] as? [String: String] ?? [:]
            let wanted = Labels(labels.map { Label($0.key, $0.value) })
            if description.labels != wanted { return "\(input): labels \(description.labels)" }
            return values(description, item["values"] as? [Any] ?? [])
        } catch {
            let expected = item["error_text"] as? String
            return error.description == expected ? nil : "\(input): \(error), not \(expected ?? "a success")"
        }
    }

    /// Native histograms are only recognised: their content is not compared.
    private static func values(_ description: SeriesDescription, _ expected: [Any]) -> String? {
        let texts = description.values.map {
            switch $0 {
            case .omitted: return "null"
            case .sample(let value): return FloatText.plain(value)
            case .histogram: return "histogram"
            }
        }
        let wanted = expected.map {
            if $0 is NSNull { return "null" }
            if let number = $0 as? NSNumber { return FloatText.plain(number.doubleValue) }
            return $0 is NSDictionary ? "histogram" : "\($0)"
        }
        return texts == wanted ? nil : "values \(texts), not \(wanted)"
    }
}
