import Chunks
import TestSupport
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: 0..<20) func valuesSurviveBitByBit(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for round in 0..<200 {
            let values = ChunkSamples.values(1 + round, &random)
            let decoded = try ChunkSamples.decodeValues(ChunkSamples.encode(values), values.count)
            #expect(decoded.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed), round \(round)")
        }
    }

    @Test(arguments: 0..<20) func timesSurvive(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for round in 0..<200 {
            let times = ChunkSamples.times(1 + round, &random)
            let decoded = try ChunkSamples.decodeTimes(ChunkSamples.encode(times), times.count)
            #expect(decoded == times, "seed \(seed), round \(round)")
        }
    }

    @Test func oddPatternsSurvive() throws {
        for first in ChunkSamples.oddPatterns {
            for second in ChunkSamples.oddPatterns {
                let values = [first, second, first, first, second].map { Double(bitPattern: $0) }
                let decoded = try ChunkSamples.decodeValues(ChunkSamples.encode(values), values.count)
                #expect(decoded.map(\.bitPattern) == values.map(\.bitPattern))
            }
        }
    }

    @Test func farTimesSurvive() throws {
        for times in [[Int64.min, .max], [.min, 0, .max], [.min, -1, 0, 1, .max], [.max]] {
            #expect(try ChunkSamples.decodeTimes(ChunkSamples.encode(times), times.count) == times)
        }
    }

    /// Values without pattern cost their eight bytes and no more.
    @Test func noChunkIsLongerThanRawOnes() {
        var random = SeededRandom(seed: 1)
        for count in 1...300 {
            let values = (0..<count).map { _ in Double(bitPattern: random.next()) }
            #expect(ChunkSamples.encode(values).count <= 1 + 8 * count)
        }
    }

    @Test func regularTimesCostTheSameForAnyNumber() {
        let times = (0..<1000).map { 1_700_000_000_000 + 15_000 * Int64($0) }
        #expect(ChunkSamples.encode(times).count == 13)
        #expect(ChunkSamples.encode(Array(times.prefix(5))).count == 13)
    }
}
