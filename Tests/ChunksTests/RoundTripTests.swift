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

    /// Frames have 128 differences: lengths around their ends, and the longest groups.
    @Test(arguments: 0..<20) func decimalsSurviveBitByBit(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let lengths = Array(1...70) + Array(120...140) + [255, 256, 257, 258, 480, 511, 513, 1023, 1024, 1025]
        for count in lengths {
            let values = ChunkSamples.decimals(count, &random)
            let bytes = ChunkSamples.encode(values)
            let decoded = try ChunkSamples.decodeValues(bytes, count)
            #expect(decoded.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed), \(count) values")
            #expect(bytes.count <= 1 + 8 * count, "seed \(seed), \(count) values")
        }
    }

    @Test(arguments: 0..<20) func relativeValuesSurviveBitByBit(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for round in 0..<200 {
            let neighbour = ChunkSamples.values(1 + round * 3, &random)
            let values = ChunkSamples.follower(of: neighbour, &random)
            let bytes = ChunkSamples.encode(values, relativeTo: neighbour)
            let decoded = try ChunkSamples.decodeValues(bytes, relativeTo: neighbour)
            #expect(decoded.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed), round \(round)")
            #expect(bytes.count <= ChunkSamples.encode(values).count)
        }
    }

    /// A value that changes by up to `1 << width` needs that many bits, whatever they are.
    @Test(arguments: 0..<64) func everyWidthSurvives(width: Int) throws {
        var random = SeededRandom(seed: UInt64(width))
        for count in [2, 3, 9, 32, 128, 129, 130, 300] {
            var integer: Int64 = 0
            let values = (0..<count).map { index in
                integer &+= Int64(bitPattern: random.next() >> UInt64(63 - width)) * (random.oneIn(3) ? 0 : 1)
                return Double(integer)
            }
            let decoded = try ChunkSamples.decodeValues(ChunkSamples.encode(values), count)
            #expect(decoded == values)
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

    /// Where some values change, each row costs a bit and each change its own bits.
    @Test(arguments: [32, 480], [2, 3, 5]) func unchangedValuesCostABit(count: Int, stillness: Int) {
        var random = SeededRandom(seed: 1)
        for digits in [1.0, 100] {
            var cents = 123_456
            var changes = 0
            let values = (0..<count).map { _ in
                if random.oneIn(stillness) {
                    cents += Int.random(in: 1...512, using: &random)
                    changes += 1
                }
                return Double(cents) / digits
            }
            let frames = (count + 126) / 128
            #expect(ChunkSamples.encode(values).count <= 5 + (count + 9 * changes) / 8 + 3 * frames)
        }
    }

    /// What is updated less often than it is scraped costs its changes, and some bytes for each frame.
    @Test(arguments: [32, 480], [2, 3, 4, 12, 32]) func rowsBetweenUpdatesCostNothing(count: Int, period: Int) {
        var random = SeededRandom(seed: 1)
        var value = 123_456
        var changes = 0
        let values = (0..<count).map { row in
            if row % period == 1 {
                value += Int.random(in: 1...512, using: &random)
                changes += 1
            }
            return Double(value)
        }
        let frames = (count + 126) / 128
        // A pattern that does not fit twice into a frame stays a bitmap.
        let bitmap = 2 * period < min(count, 128) ? 1 + (period + 7) / 8 : 16
        #expect(ChunkSamples.encode(values).count <= 5 + (9 * changes + 7) / 8 + (2 + bitmap + 1) * frames)
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
