import Model
import TestSupport

@testable import Storage

/// What the index must answer, by trying every series.
struct IndexOracle {
    private var series: [[String: String]] = []

    var count: Int { series.count }

    mutating func append(_ labels: Labels) {
        series.append(Dictionary(uniqueKeysWithValues: labels.array.map { ($0.name, $0.value) }))
    }

    func select(_ matchers: [LabelMatcher]) -> [SeriesReference] {
        series.indices.filter { number in
            matchers.allSatisfy { $0.matches(series[number][$0.name] ?? "") }
        }.map { SeriesReference(UInt32($0)) }
    }

    func labelNames(of references: [SeriesReference]) -> [String] {
        var names: Set<String> = []
        for reference in references { names.formUnion(series[Int(reference.rawValue)].keys) }
        return names.sorted(by: Labels.precedes)
    }

    func labelValues(_ name: String, of references: [SeriesReference]) -> [String] {
        Set(references.compactMap { series[Int($0.rawValue)][name] }).sorted(by: Labels.precedes)
    }
}

/// Random label sets and matchers over few names and values, so that they meet.
enum IndexSamples {
    private static let names = ["__name__", "job", "instance", "code", "path"]
    private static let words = ["a", "b", "ab", "abc", "x", "up", "é", "new\nline", "200", "204", "500"]

    static func labels(_ random: inout SeededRandom) -> Labels {
        var builder = LabelsBuilder()
        for name in names where !random.oneIn(3) {
            builder.set(name, value(&random))
        }
        if builder.labels().isEmpty { builder.set("__name__", "only") }
        return builder.labels()
    }

    static func value(_ random: inout SeededRandom) -> String {
        random.oneIn(3) ? "v\(Int.random(in: 0..<400, using: &random))" : random.pick(words)
    }

    static func matcher(_ random: inout SeededRandom) throws -> LabelMatcher {
        let name = random.oneIn(12) ? "missing" : random.pick(names)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return try LabelMatcher(name, .equal, random.oneIn(4) ? "" : value(&random))
        case 1: return try LabelMatcher(name, .notEqual, random.oneIn(4) ? "" : value(&random))
        case 2: return try LabelMatcher(name, .matches, pattern(&random))
        default: return try LabelMatcher(name, .notMatches, pattern(&random))
        }
    }

    private static func pattern(_ random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return random.pick([".*", ".+", "", "|a", "a?"])
        case 1: return value(&random) + ".*"
        case 2: return ".*" + value(&random)
        case 3: return (0..<8).map { _ in value(&random) }.joined(separator: "|")
        case 4: return "(" + value(&random) + "|" + value(&random) + ")"
        case 5: return "v[0-9]" + random.pick(["", "+", "*", "."])
        case 6: return "(?i)" + value(&random).uppercased()
        default: return value(&random)
        }
    }
}

private struct Wanted: SeriesFilter {
    let isWanted: (UInt32) -> Bool

    init(_ isWanted: @escaping (UInt32) -> Bool) { self.isWanted = isWanted }

    func isWanted(_ reference: UInt32) -> Bool { isWanted(reference) }
    func areWanted(_ references: [UInt32]) -> [Bool] { references.map(isWanted) }
}

extension SeriesIndexSnapshot {
    /// Label names of these series, or of all that are wanted.
    func labelNames(of references: [SeriesReference]? = nil, where isWanted: @escaping (UInt32) -> Bool = { _ in true })
        -> [String]
    {
        var texts = TextSet(LabelRequest())
        if let references {
            forEachLabelName(of: references) { texts.insert($0) }
        } else {
            forEachLabelName(where: Wanted(isWanted)) { texts.insert($0) }
        }
        return (try? texts.sorted()) ?? []
    }

    /// Values of a label in these series, or in all that are wanted.
    func labelValues(
        _ name: String, of references: [SeriesReference]? = nil,
        where isWanted: @escaping (UInt32) -> Bool = { _ in true }
    ) -> [String] {
        var texts = TextSet(LabelRequest())
        if let references {
            forEachValue(of: name, in: references) { texts.insert($0) }
        } else {
            forEachValue(of: name, where: Wanted(isWanted)) { texts.insert($0) }
        }
        return (try? texts.sorted()) ?? []
    }
}
