import Exposition
import Foundation
import Model
import Platform
import TestSupport
import Testing

/// The shared cases: what Prometheus's OpenMetrics parser accepts and refuses.
@Suite(.enabled(if: ConformanceData.root != nil, "\(ConformanceData.missing)"))
struct OpenMetricsConformanceTests {
    @Test(arguments: ExpositionData.cases("valid", format: "openmetrics"))
    func acceptsAndReads(_ item: ConformanceCase) throws {
        #expect(try OpenMetricsRun(item.page).texts == item.openMetricsTexts)
    }

    @Test(arguments: ExpositionData.cases("invalid", format: "openmetrics"))
    func refuses(_ item: ConformanceCase) {
        #expect(throws: PageError.self) { try OpenMetricsRun(item.page) }
    }

    @Test func noCaseIsLeftOut() {
        #expect(ExpositionData.cases("valid", format: "openmetrics").count == 10)
        #expect(ExpositionData.cases("invalid", format: "openmetrics").count == 76)
    }

    @Test(arguments: [
        ("1histogram.om.txt", 42, 1, 0), ("alltypes.5mfs.om.txt", 53, 5, 0),
        ("dump-openmetrics-test.prom", 10, 0, 10), ("dump-openmetrics-roundtrip-test.prom", 14, 0, 14),
        ("alltypes.237mfs.prom.txt", 1857, 237, 0),
    ])
    func readsWholePages(_ name: String, _ samples: Int, _ types: Int, _ stamped: Int) throws {
        let run = try OpenMetricsRun([UInt8](ExpositionData.page(name).utf8))
        #expect(run.samples == samples)
        #expect(run.texts.count { $0.hasPrefix("type ") } == types)
        #expect(run.stamped == stamped)
    }
}

@Suite struct OpenMetricsTests {
    @Test(arguments: [
        ("a 1\n", 2, "data does not end with # EOF"), ("a 1 x\n# EOF\n", 1, "is not a number"),
        ("# TYPE a gauge\na 1\n\n# EOF\n", 3, "expected a valid start token"),
        ("a{b=\"1\",b=\"2\"} 1\n# EOF\n", 1, "label name \"b\" is not unique"),
    ])
    func errorsNameTheLine(_ text: String, _ line: Int, _ reason: String) {
        #expect {
            try OpenMetricsRun([UInt8](text.utf8))
        } throws: { error in
            "\(error)".hasPrefix("line \(line): ") && "\(error)".contains(reason)
        }
    }

    /// 1.001 * 1000 is a hair below 1001.
    @Test(arguments: [("1.001", 1001), ("1520879607.789", 1_520_879_607_789), ("-0.5", -500), ("1e3", 1_000_000)])
    func timesAreTheNearestMillisecond(_ text: String, _ time: Int64) throws {
        let page = ByteBuffer()
        page.append("a 1 \(text)\n# EOF\n")
        #expect(try OpenMetricsReader(page).next() == .sample(.init(value: 1, time: time)))
    }
}

/// A text read to its end, entry by entry.
struct OpenMetricsRun {
    var texts: [String] = []
    var samples = 0
    var stamped = 0

    @discardableResult
    init(_ bytes: [UInt8]) throws {
        let page = ByteBuffer()
        page.append(bytes)
        let reader = OpenMetricsReader(page)
        while let entry = try reader.next() {
            switch entry {
            case .sample(let sample):
                samples += 1
                if sample.time != nil { stamped += 1 }
                texts.append(Self.text(try reader.labels(), sample.value, sample.time))
            case .help(let help, let name): texts.append("help \(name) \(help)")
            case .type(let kind, let name): texts.append("type \(name) \(kind.rawValue)")
            case .unit(let unit, let name): texts.append("unit \(name) \(unit)")
            }
        }
    }

    static func text(_ labels: Labels, _ value: Double, _ time: Int64?) -> String {
        "\(labels) \(value.bitPattern) \(time.map(String.init) ?? "-")"
    }
}

extension ConformanceCase {
    var openMetricsTexts: [String] {
        events.map { event in
            switch event.entry {
            case "help": return "help \(event.metric ?? "") \(event.text ?? "")"
            case "type": return "type \(event.metric ?? "") \(event.type ?? "")"
            case "unit": return "unit \(event.metric ?? "") \(event.unit ?? "")"
            default:
                let labels = Labels((event.labels ?? []).map { Label($0[0], $0[1]) })
                let value = event.value?.value ?? 0
                return OpenMetricsRun.text(labels, value.isNaN ? .ordinaryNaN : value, event.tsMs)
            }
        }
    }
}
