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
        let values = ChunkSamples.encode(ChunkSamples.values(count, &random))
        for length in 0..<values.count {
            #expect(throws: ChunkError.self) { try ChunkSamples.decodeValues(Array(values.prefix(length)), count) }
        }
        let times = ChunkSamples.encode(ChunkSamples.times(count, &random))
        for length in 0..<times.count {
            #expect(throws: ChunkError.self) { try ChunkSamples.decodeTimes(Array(times.prefix(length)), count) }
        }
    }

    @Test func everyKindOfDamageHasItsError() {
        let values = ChunkSamples.encode([1, 2, 3, 3, 3] as [Double])
        #expect(throws: ChunkError.trailingBytes) { try ChunkSamples.decodeValues(values + [0], 5) }
        #expect(throws: ChunkError.truncated) { try ChunkSamples.decodeValues(values, 50) }
        #expect(throws: ChunkError.unknownCodec(77)) { try ChunkSamples.decodeValues([77, 0, 0], 1) }
        #expect(throws: ChunkError.truncated) { try ChunkSamples.decodeValues([], 1) }
        // A window of 31 leading zeros and 64 bits.
        let malformed = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0b1111_1111, 0b1111_1000, 0, 0, 0, 0, 0, 0, 0, 0] as [UInt8]
        #expect(throws: ChunkError.malformed) { try ChunkSamples.decodeValues(malformed, 2) }
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
