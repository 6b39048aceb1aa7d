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

    @Test func scaledValues() throws {
        try expectValues([12, 12, 24, 15.5, 15.5], "81 f0 01 68 06 ef a8")
        try expectValues(
            [10, 13, 15, 20, 21, 26, 28, 33, 35, 40].flatMap { [$0, $0] }, "80 14 c1 02 83 0a c1 30 04")
        try expectValues([1000, 1015, 1029, 1046, 1060, 1075, 1089], "80 d0 0f 42 1c 31 01")
        try expectValues(
            [10000, 11000, 12002, 13006, 14012, 15020, 16030, 17042, 18056, 19071, 20086, 21100],
            "c0 a0 9c 01 d0 0f 03 24 49 52 08")
        try expectValues(
            [65536, 69632, 65536, 77824, 81920, 77824, 69632, 73728, 81920, 86016],
            "a0 80 80 08 80 20 03 8a 95 89 02")
        try expectValues([5, 6, 8, 9, 9, 10, 12, 13, 15] + leap, "80 0a e1 22 19 99 18 66 02 08 a0 c2 1e")
        try expectValues(
            [1, 1, 2, 2, .nan, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8],
            "90 02 21 52 55 01 04 00 00 00 00 00 00 f8 7f")
        try expectValues([0.5, 0.5, 0.5], "41 0a")
    }

    @Test func otherValues() throws {
        let third = 1.0 / 3
        try expectValues([third, third, 2.0 / 3, third], "02 3f d5 55 55 55 55 55 55 6a 07 b0")
        try expectValues([third, third, third], "01 55 55 55 55 55 55 d5 3f")
    }

    @Test func relativeValues() throws {
        let neighbour: [Double] = [9, 14, 14, 21, 29, 38, 38, 49, 60, 79]
        let golden = "03 40 16"
        let values = neighbour.map { $0 + 11 }
        #expect(text(ChunkSamples.encode(values, relativeTo: neighbour)) == golden)
        #expect(try ChunkSamples.decodeValues(bytes(golden), relativeTo: neighbour) == values)
        #expect(try page().contains("`\(golden)`"))
    }

    private var leap: [Double] {
        [2_000_015, 2_000_017, 2_000_018, 2_000_018, 2_000_020, 2_000_021, 2_000_023, 2_000_024, 2_000_026]
    }

    private func expectTimes(_ times: [Int64], _ golden: String) throws {
        #expect(text(ChunkSamples.encode(times)) == golden)
        #expect(try ChunkSamples.decodeTimes(bytes(golden), times.count) == times)
        #expect(try page().contains(golden))
    }

    private func expectValues(_ values: [Double], _ golden: String) throws {
        #expect(text(ChunkSamples.encode(values)) == golden)
        #expect(
            try ChunkSamples.decodeValues(bytes(golden), values.count).map(\.bitPattern) == values.map(\.bitPattern))
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
