import Platform
import TestSupport
import Testing

@Suite struct VarintTests {
    static let vectors: [(value: UInt64, bytes: [UInt8])] = [
        (0, [0x00]), (1, [0x01]), (127, [0x7F]), (128, [0x80, 0x01]), (300, [0xAC, 0x02]),
        (.max, [UInt8](repeating: 0xFF, count: 9) + [0x01]),
    ]

    @Test(arguments: vectors)
    func knownBytes(value: UInt64, expected: [UInt8]) {
        let buffer = ByteBuffer()
        buffer.append(varint: value)
        #expect(Array(buffer.bytes) == expected)
        #expect(Varint.length(value) == expected.count)
        #expect(decode(expected)?.value == value)
    }

    /// Out of a word as out of bytes, whatever stands behind it.
    @Test func valuesAreTakenOutOfWords() {
        var random = SeededRandom(seed: 5)
        for bits in 0...64 {
            for _ in 0..<50 {
                let value = bits == 0 ? 0 : random.next() >> UInt64(64 - bits)
                let buffer = ByteBuffer()
                buffer.append(varint: value)
                let length = buffer.count
                for _ in 0..<8 { buffer.append(UInt8.random(in: 0...255, using: &random)) }
                let found = Varint.first(in: UInt64(littleEndian: buffer.bytes.loadUnaligned(as: UInt64.self)))
                #expect(found?.value == (length > 8 ? nil : value))
                #expect(found?.length == (length > 8 ? nil : length))
            }
        }
    }

    @Test func everyValueComesBack() {
        var random = SeededRandom(seed: 3)
        let buffer = ByteBuffer()
        var values: [UInt64] = []
        for bits in 0...64 {
            for _ in 0..<20 { values.append(bits == 0 ? 0 : random.next() >> UInt64(64 - bits)) }
        }
        for value in values {
            let start = buffer.count
            buffer.append(varint: value)
            #expect(buffer.count - start == Varint.length(value))
        }
        guard var cursor = buffer.bytes.baseAddress else { return }
        let end = cursor + buffer.count
        for value in values { #expect(Varint.decode(&cursor, end: end) == value) }
        #expect(cursor == end)
    }

    @Test(
        arguments: [
            [], [0x80], [0xFF, 0xFF],
            // 65 bits, and eleven bytes.
            [UInt8](repeating: 0xFF, count: 9) + [0x02], [UInt8](repeating: 0x80, count: 10) + [0x01],
        ] as [[UInt8]])
    func refusesWhatIsNoNumber(bytes: [UInt8]) {
        #expect(decode(bytes) == nil)
    }

    @Test func smallMagnitudesAreSmallNumbers() {
        #expect([0, -1, 1, -2, 2].map(Varint.zigzag) == [0, 1, 2, 3, 4])
        for value in [0, 1, -1, .min, .max, 123_456_789, -987_654_321] as [Int64] {
            #expect(Varint.unzigzag(Varint.zigzag(value)) == value)
            let buffer = ByteBuffer()
            buffer.append(signedVarint: value)
            #expect(decode(Array(buffer.bytes)).map { Varint.unzigzag($0.value) } == value)
        }
    }

    /// The value and the bytes left; nil also checks that the cursor did not move.
    private func decode(_ bytes: [UInt8]) -> (value: UInt64, left: Int)? {
        // One byte more, so that reading beyond the end would succeed and show.
        (bytes + [0]).withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return nil }
            var cursor = base
            let end = base + bytes.count
            guard let value = Varint.decode(&cursor, end: end) else {
                #expect(cursor == base)
                return nil
            }
            return (value, end - cursor)
        }
    }
}
