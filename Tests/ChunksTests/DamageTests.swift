import Chunks
import TestSupport
import Testing

/// Damaged chunks give an error or wrong numbers, never a crash and never a write outside the output.
@Suite struct DamageTests {
    @Test(arguments: 0..<10) func valuesDecodeBounded(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            let count = Int.random(in: 1...150, using: &random)
            let bytes = damaged(ChunkSamples.encode(ChunkSamples.values(count, &random)), &random)
            let asked = random.oneIn(2) ? count : Int.random(in: 1...400, using: &random)
            let decoded = try? ChunkSamples.decodeValues(bytes, asked)
            #expect(decoded == nil || decoded?.count == asked)
        }
    }

    @Test(arguments: 0..<10) func relativeValuesDecodeBounded(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let neighbour = ChunkSamples.decimals(Int.random(in: 1...400, using: &random), &random)
            let values = ChunkSamples.follower(of: neighbour, &random)
            let bytes = damaged(ChunkSamples.encode(values, relativeTo: neighbour), &random)
            let decoded = try? ChunkSamples.decodeValues(bytes, relativeTo: neighbour)
            #expect(decoded == nil || decoded?.count == neighbour.count)
        }
    }

    /// Anything behind each codec byte.
    @Test(arguments: 0..<256) func noiseDecodesBounded(codec: Int) {
        var random = SeededRandom(seed: UInt64(codec))
        for _ in 0..<100 {
            let bytes = [UInt8(codec)] + random.bytes(Int.random(in: 0...60, using: &random))
            let asked = Int.random(in: 1...300, using: &random)
            let decoded = try? ChunkSamples.decodeValues(bytes, asked)
            #expect(decoded == nil || decoded?.count == asked)
        }
    }

    @Test(arguments: 0..<10) func timesDecodeBounded(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            let count = Int.random(in: 1...150, using: &random)
            let bytes = damaged(ChunkSamples.encode(ChunkSamples.times(count, &random)), &random)
            let asked = random.oneIn(2) ? count : Int.random(in: 1...400, using: &random)
            if let decoded = try? ChunkSamples.decodeTimes(bytes, asked) {
                #expect(zip(decoded, decoded.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 0..<10) func cutChunksAreRefused(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = Int.random(in: 3...80, using: &random)
        for _ in 0..<20 {
            let values = ChunkSamples.encode(ChunkSamples.values(count, &random))
            for length in 0..<values.count {
                #expect(throws: ChunkError.self) { try ChunkSamples.decodeValues(Array(values.prefix(length)), count) }
            }
        }
        let times = ChunkSamples.encode(ChunkSamples.times(count, &random))
        for length in 0..<times.count {
            #expect(throws: ChunkError.self) { try ChunkSamples.decodeTimes(Array(times.prefix(length)), count) }
        }
    }

    @Test func everyKindOfDamageHasItsError() {
        let values = ChunkSamples.encode([0.1, 0.12, 3, 3, 7] as [Double])
        #expect(throws: ChunkError.trailingBytes) { try ChunkSamples.decodeValues(values + [0], 5) }
        #expect(throws: ChunkError.truncated) { try ChunkSamples.decodeValues(values, 500) }
        #expect(throws: ChunkError.unknownCodec(3)) { try ChunkSamples.decodeValues([3, 0x40, 0], 1) }
        #expect(throws: ChunkError.unknownCodec(0x77)) { try ChunkSamples.decodeValues([0x77, 0, 0], 1) }
        #expect(throws: ChunkError.truncated) { try ChunkSamples.decodeValues([], 1) }
        // A window of 31 leading zeros and 64 bits.
        let malformed = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0b1111_1111, 0b1111_1000, 0, 0, 0, 0, 0, 0, 0, 0] as [UInt8]
        #expect(throws: ChunkError.malformed) { try ChunkSamples.decodeValues(malformed, 2) }
        // Frames of an unknown kind, with twice patches, with no patch; a patch and an exception that lie outside; a
        // bitmap of eight values for seven.
        let frames: [[UInt8]] = [
            [0x80, 0, 0xc0], [0x80, 0, 0xe1, 0xe1, 0], [0x80, 0, 0xe0, 0], [0x80, 0, 0xe1, 0, 7, 1],
            [0x90, 0, 0, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0], [0x80, 0, 0x60, 0xff, 1],
        ]
        for frame in frames {
            #expect(throws: ChunkError.malformed) { try ChunkSamples.decodeValues(frame, 8) }
        }
        #expect(throws: ChunkError.malformed) { try ChunkSamples.decodeValues([0xc0, 0, 0], 1) }
        let times = ChunkSamples.encode([1, 2, 4] as [Int64])
        #expect(throws: ChunkError.trailingBytes) { try ChunkSamples.decodeTimes(times + [0], 3) }
        #expect(throws: ChunkError.notIncreasing) {
            try ChunkSamples.decodeTimes([2, 0, 0, 0, 0, 0, 0, 0, 9, 0], 2)
        }
        #expect(throws: ChunkError.unknownCodec(0)) { try ChunkSamples.decodeTimes([0], 1) }
    }

    private func damaged(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where !bytes.isEmpty: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 1: bytes.append(UInt8.random(in: 0...255, using: &random))
            default:
                if bytes.isEmpty { break }
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
        }
        return bytes
    }
}
