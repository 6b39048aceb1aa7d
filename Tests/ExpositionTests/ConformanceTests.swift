import Exposition
import Foundation
import Model
import TestSupport
import Testing

/// The shared cases: what Prometheus's text parser accepts and refuses.
@Suite(.enabled(if: ConformanceData.root != nil, "\(ConformanceData.missing)"))
struct TextConformanceTests {
    @Test(arguments: ExpositionData.cases("valid"))
    func acceptsAndReads(_ item: ConformanceCase) throws {
        let run = PageRun()
        try run.read(item.page)
        run.reader.commit(to: &run.cache)
        #expect(run.samples == item.samples)
        #expect(Set(run.reader.metadata.all.map(\.name)) == item.families)
        for family in run.reader.metadata.all { #expect(item.help(family.name) == family.metadata.help) }
        // The same page again, now from the cache.
        let resolved = run.resolved
        try run.read(item.page)
        #expect(run.samples == item.samples)
        #expect(run.resolved == resolved)
        #expect(run.reader.vanished.isEmpty)
    }

    @Test(arguments: ExpositionData.cases("invalid"))
    func refuses(_ item: ConformanceCase) {
        let run = PageRun()
        #expect(throws: PageError.self) { try run.read(item.page) }
    }

    @Test(arguments: [
        ("alltypes.237mfs.prom.txt", 1857, 237), ("alltypes.237mfs.nometa.prom.txt", 1857, 0),
        ("metrics-test.prom", 27, 4),
        ("1histogram.om.txt", 42, 1),
    ])
    func readsWholePages(_ name: String, _ series: Int, _ families: Int) throws {
        let run = PageRun()
        let text = try ExpositionData.page(name)
        let samples = try run.scrape(text)
        #expect(samples.count == series)
        #expect(run.reader.metadata.all.count == families)
        #expect(try run.scrape(text) == samples)
        #expect(run.reader.unknownLines > 0)
    }

    @Test(arguments: ["alltypes.5mfs.om.txt", "dump-openmetrics-test.prom", "dump-openmetrics-roundtrip-test.prom"])
    func refusesWhatOnlyOpenMetricsHas(_ name: String) throws {
        let text = try ExpositionData.page(name)
        #expect(throws: PageError.self) { try PageRun().read(text) }
    }
}

/// One line of the case files.
struct ConformanceCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Event: Decodable, Sendable {
        var entry: String
        var metric: String?
        var text: String?
        var type: String?
        var unit: String?
        var labels: [[String]]?
        var value: Number?
        var tsMs: Int64?
    }

    /// A JSON number, or a string for what JSON has no number for.
    struct Number: Decodable, Sendable {
        var value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                value = number
            } else {
                value = FloatText.parse(try container.decode(String.self)) ?? 0
            }
        }
    }

    var id: String
    var format: String
    var input: String?
    var inputBytes: Data?
    var events: [Event]

    var testDescription: String { id }
    var page: [UInt8] { [UInt8](inputBytes ?? Data((input ?? "").utf8)) }
    /// Without timestamps first.
    var samples: [PageRun.Sample] {
        let all = events.filter { $0.entry == "series" }.map { event in
            let labels = Labels((event.labels ?? []).map { Label($0[0], $0[1]) })
            return PageRun.Sample(labels, event.value?.value ?? 0, event.tsMs)
        }
        return all.filter { $0.time == nil } + all.filter { $0.time != nil }
    }
    var families: Set<String> { Set(events.filter { $0.entry == "help" || $0.entry == "type" }.compactMap(\.metric)) }
    func help(_ family: String) -> String { events.first { $0.entry == "help" && $0.metric == family }?.text ?? "" }
}

/// The shared files about pages.
enum ExpositionData {
    static func page(_ name: String) throws -> String { try ConformanceData.text("exposition/\(name)") }

    static func cases(_ name: String, format: String = "text") -> [ConformanceCase] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let lines = (try? page("cases/\(name).jsonl"))?.split(separator: "\n") ?? []
        return lines.compactMap { try? decoder.decode(ConformanceCase.self, from: Data($0.utf8)) }
            .filter { $0.format == format }
    }
}
