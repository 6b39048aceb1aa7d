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
        // All at once, and with as little memory as a few windows need.
        let text = lines.joined(separator: "\n") + "\n# EOF\n"
        let report = try fixture.importText(text, capacity: seed == 1 ? nil : 500, pieceSize: seed == 1 ? nil : 300)
        try SampleMismatch.check(fixture.database.samples(), equals: samples, "seed \(seed)")
        #expect(report.outcome.appended == lines.count)
    }

    /// The second time nothing grows, neither what is stored nor the blocks it is stored in.
    @Test func importingAgainChangesNothing() throws {
        var random = SeededRandom(seed: 5)
        let fixture = try Fixture()
        try fixture.writeBlock(Fixture.samples(&random), Fixture.lastWindow - 3 * Fixture.window..<Fixture.now)
        _ = try fixture.importPrometheus()
        let digest = try SampleDigest(fixture.database.snapshot())
        let first = fixture.database.figures
        #expect(first.blocks > 0 && first.blockSamples > 0)
        for _ in 0..<2 {
            let report = try fixture.importPrometheus()
            #expect(report.samples == digest.samples)
            let figures = fixture.database.figures
            #expect(try SampleDigest(fixture.database.snapshot()) == digest)
            #expect(figures.blockSamples == first.blockSamples && figures.blocks == first.blocks)
            #expect(figures.series == first.series)
        }
    }

    /// A line that does not fit into a piece, an end without a line end, a type that holds from one piece to the next.
    @Test func piecesAreOneText() throws {
        let time = Self.seconds(Fixture.now)
        let long = String(repeating: "x", count: 1000)
        let text =
            "# TYPE h histogram\nh_bucket{le=\"1\"} 1 \(time)\nh_bucket{le=\"2\",long=\"\(long)\"} 1 \(time)\n"
            + "h_bucket{le=\"3\"} 1 \(time)\n# EOF"
        var all: [StoredSamples] = []
        for size in [1, 7, 60, 1 << 20] {
            let fixture = try Fixture()
            _ = try fixture.importText(text, pieceSize: size)
            all.append(try fixture.database.samples())
        }
        #expect(all[0].count == 3)
        #expect(all.allSatisfy { $0 == all[0] })
        for size in [1, 7, 60] {
            #expect {
                try Fixture().importText("a 1 \(time)\nb 2 \(time)\nc{ 3\n# EOF\n", pieceSize: size)
            } throws: {
                "\($0)".hasPrefix("line 3: ")
            }
            #expect {
                try Fixture().importText("a 1 \(time)\n# EOF\nb 2 \(time)\n", pieceSize: size)
            } throws: {
                "\($0)".contains("line 2: unexpected data after # EOF")
            }
        }
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
