import Platform
import TestSupport
import Testing

@Suite struct StableHashTests {
    /// These values stand in files: they must never change.
    @Test(arguments: [
        ("", 0x1940_565F_77BB_B08E as UInt64), ("a", 0xA48E_F63E_E931_1E3C), ("job", 0xEA2D_A639_43F4_F5A1),
        ("12345678", 0xACBF_B022_1B5D_63E9), ("0123456789abcdef", 0x4769_C010_3597_36C7),
        ("0123456789abcdef0", 0xA793_65CD_4877_16F6),
        (
            "http_requests_total{job=\"api\",instance=\"10.0.0.1:9090\",code=\"200\",handler=\"/x\"}",
            0xDDAF_C871_12C7_A2E5
        ),
    ])
    func goldenValues(text: String, expected: UInt64) {
        #expect(StableHash.hash(text) == expected, "\(text): \(String(StableHash.hash(text), radix: 16))")
    }

    @Test func goldenCombination() {
        #expect(StableHash.combine(1, 2) == 0xFF3F9356ED3B_A2FE)
        #expect(StableHash.combine(1, 2) != StableHash.combine(2, 1))
    }

    @Test func everyBytePositionCounts() {
        var random = SeededRandom(seed: 4)
        for length in 1...200 {
            var bytes = random.bytes(length)
            let before = hash(bytes)
            for index in bytes.indices {
                bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                #expect(hash(bytes) != before, "length \(length), byte \(index)")
                bytes[index] ^= 0xFF
                #expect(hash(bytes) != before, "length \(length), byte \(index)")
                bytes = Array(bytes)
            }
        }
    }

    @Test func similarTextsSpreadOverAllBits() {
        var seen: Set<UInt64> = []
        var ones = [Int](repeating: 0, count: 64)
        let count = 20_000
        for number in 0..<count {
            let value = StableHash.hash("node_cpu_seconds_total{cpu=\"\(number)\",mode=\"idle\"}")
            seen.insert(value)
            for bit in 0..<64 where value >> UInt64(bit) & 1 == 1 { ones[bit] += 1 }
        }
        #expect(seen.count == count)
        // Five standard deviations around one half.
        for bit in 0..<64 { #expect(abs(ones[bit] - count / 2) < 354, "bit \(bit)") }
    }

    @Test func oneBitOfInputChangesHalfOfTheOutput() {
        var random = SeededRandom(seed: 5)
        for length in [1, 3, 4, 8, 9, 16, 17, 48, 49, 80, 130] {
            var changed = 0
            let rounds = 400
            for _ in 0..<rounds {
                var bytes = random.bytes(length)
                let before = hash(bytes)
                bytes[Int.random(in: 0..<length, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                changed += (hash(bytes) ^ before).nonzeroBitCount
            }
            #expect(abs(Double(changed) / Double(rounds) - 32) < 1.5, "length \(length)")
        }
    }

    @Test func seedsGiveOtherValues() {
        #expect(StableHash.hash("job", seed: 1) != StableHash.hash("job", seed: 2))
        #expect(StableHash.hash("", seed: 1) != StableHash.hash("", seed: 2))
        #expect(StableHash.hash("\0") != StableHash.hash("\0\0"))
    }

    private func hash(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { StableHash.hash($0) } }
}
