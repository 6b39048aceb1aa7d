import Exposition
import Model
import Storage
import TestSupport
import Testing
import Transfer

@Suite struct OpenMetricsImportTests {
    typealias Fixture = TransferFixture

    static func seconds(_ time: Int64) -> String { "\(time / 1000).\(String(time % 1000 + 1000).dropFirst())" }

    @Test(arguments: 1...4)
    func textsComeInValueByValue(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try Fixture()
        var samples = Fixture.samples(&random)
        var lines: [String] = []
        for (labels, column) in samples {
            for (time, bits) in column {
                let value = Double(bitPattern: bits)
                lines.append(
                    "\(labels.metricText.replacing(", ", with: ",")) \(FloatText.general(value)) \(Self.seconds(time))")
                // A text has but one NaN.
                if value.isNaN { samples[labels]?[time] = Double.ordinaryNaN.bitPattern }
            }
        }
        lines.shuffle(using: &random)
        let report = try fixture.importText(lines.joined(separator: "\n") + "\n# EOF\n")
        try SampleMismatch.check(fixture.database.samples(), equals: samples, "seed \(seed)")
        #expect(report.outcome.appended == lines.count)
    }

    @Test func errorsStoreNothing() throws {
        let fixture = try Fixture()
        let time = Self.seconds(Fixture.now)
        for (text, reason) in [
            ("a 1 \(time)\nb 1\n# EOF\n", "line 2: b has no timestamp"),
            ("a 1 \(time)\n", "line 2: data does not end with # EOF"),
            ("a 1 \(time)\na{ 1\n", "line 2: expected label name"),
        ] {
            #expect {
                try fixture.importText(text)
            } throws: { error in
                "\(error)".contains(reason)
            }
        }
        #expect(try fixture.database.samples().isEmpty)
    }
}
