import Chunks
import Foundation
import Testing

/// The bytes of the worked examples in docs/format/chunks.md.
@Suite struct GoldenTests {
    @Test func times() throws {
        try expectTimes(
            [1_700_000_000_000, 1_700_000_015_000, 1_700_000_030_001, 1_700_000_045_000],
            "02 00 00 01 8b cf e5 68 00 f0 1d 4c 41 bc")
        try expectTimes(
            [1_700_000_000_000, 1_700_000_015_000, 1_700_000_030_000],
            "01 00 00 01 8b cf e5 68 00 f0 1d 4c 00")
    }

    @Test func values() throws {
        try expectValues([12, 12, 24, 15.5, 15.5], "02 40 28 00 00 00 00 00 00 6b 03 ac 4b 80")
        try expectValues([0.5, 0.5, 0.5], "01 00 00 00 00 00 00 e0 3f")
    }

    private func expectTimes(_ times: [Int64], _ golden: String) throws {
        #expect(text(ChunkSamples.encode(times)) == golden)
        #expect(try ChunkSamples.decodeTimes(bytes(golden), times.count) == times)
        #expect(try page().contains(golden))
    }

    private func expectValues(_ values: [Double], _ golden: String) throws {
        #expect(text(ChunkSamples.encode(values)) == golden)
        #expect(try ChunkSamples.decodeValues(bytes(golden), values.count) == values)
        #expect(try page().contains(golden))
    }

    private func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/format/chunks.md"), encoding: .utf8)
    }

    private func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }

    private func bytes(_ text: String) -> [UInt8] {
        text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }
}
