import Chunks
import Model
import Platform
import TestSupport
import Testing

@testable import PrometheusBlocks

@Suite struct ChunkTests {
    @Test(arguments: 1...20)
    func xorGivesBackEverySample(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let samples = ChunkSamples()
        for _ in 0..<50 {
            let data = RandomSamples.make(Int.random(in: 1...200, using: &random), &random)
            let output = ByteBuffer()
            XORChunk.encode(data.times, data.values, count: data.times.count, to: output)
            try XORChunk.decode(output.bytes, into: samples)
            #expect(samples.isEqual(data), "seed \(seed)")
        }
    }

    @Test(arguments: 1...20)
    func xor2GivesBackEverySample(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let samples = ChunkSamples()
        for round in 0..<50 {
            let data = RandomSamples.make(Int.random(in: 1...200, using: &random), &random)
            let starts: XOR2Encoder.Starts = [.none, .first, .from(1), .from(5)][round % 4]
            let bytes = XOR2Encoder.encode(data.times, data.values, starts)
            try bytes.withUnsafeBytes { try XOR2Chunk.decode($0, into: samples) }
            #expect(samples.isEqual(data), "seed \(seed)")
        }
    }

    /// As Prometheus 2.42 writes 1 at 1 s and 2 at 2 s.
    @Test func xorIsPrometheus() {
        let output = ByteBuffer()
        XORChunk.encode([1000, 2000], [1, 2], count: 2, to: output)
        #expect([UInt8](output.bytes) == Hex.bytes("0002d00f3ff0000000000000e807c25fff"))
    }

    @Test(arguments: 1...10)
    func damageIsFoundOrHarmless(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let samples = ChunkSamples()
        let data = RandomSamples.make(60, &random)
        let output = ByteBuffer()
        XORChunk.encode(data.times, data.values, count: 60, to: output)
        let other = XOR2Encoder.encode(data.times, data.values, .from(3))
        for bytes in [[UInt8](output.bytes), other] {
            for _ in 0..<300 {
                var damaged = bytes
                if random.chance(0.5) {
                    damaged[Int.random(in: 0..<bytes.count, using: &random)] ^=
                        1 << UInt8.random(in: 0..<8, using: &random)
                } else {
                    damaged.removeLast(Int.random(in: 1...bytes.count, using: &random))
                }
                // Either outcome is fine; reading outside the chunk's memory is not, and ends the process.
                damaged.withUnsafeBytes { bytes in
                    _ = try? XORChunk.decode(bytes, into: samples)
                    _ = try? XOR2Chunk.decode(bytes, into: samples)
                }
            }
            for length in 0..<bytes.count - 1 {
                #expect(throws: ChunkDamage.self) {
                    try Array(bytes[..<length]).withUnsafeBytes {
                        if bytes == other {
                            try XOR2Chunk.decode($0, into: samples)
                        } else {
                            try XORChunk.decode($0, into: samples)
                        }
                    }
                }
            }
        }
    }
}

extension ChunkSamples {
    func isEqual(_ data: RandomSamples) -> Bool {
        count == data.times.count
            && (0..<count).allSatisfy {
                times[$0] == data.times[$0] && values[$0].bitPattern == data.values[$0].bitPattern
            }
    }
}

/// Samples of one series as they may come, the strange ones included.
struct RandomSamples {
    var times: [Int64] = []
    var values: [Double] = []

    static func make(_ count: Int, _ random: inout SeededRandom) -> RandomSamples {
        var samples = RandomSamples()
        var time = Int64.random(in: -1_000_000...1_795_000_000_000, using: &random)
        var value = 0.0
        for _ in 0..<count {
            samples.times.append(time)
            samples.values.append(value)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: time += Int64.random(in: 1...100_000_000, using: &random)
            case 1: time += Int64.random(in: 1...40_000, using: &random)
            default: time += 15_000 + Int64.random(in: -5...5, using: &random)
            }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: value = Double(bitPattern: random.next())
            case 1: value = random.pick([.staleMarker, .ordinaryNaN, .infinity, -.infinity, -0.0, 0])
            case 2: value = (Double.random(in: 0..<100, using: &random) * 100).rounded() / 100
            case 3: value = Double(Int.random(in: 0..<100_000, using: &random))
            default: break
            }
        }
        return samples
    }
}

enum Hex {
    static func bytes(_ text: String) -> [UInt8] {
        let digits = Array(text.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
