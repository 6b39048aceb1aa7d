import Model
import TestSupport
import Testing

@testable import Storage

/// Elements in order by keys.
struct KeyOrderTests {
    private struct Element: Equatable {
        var key: UInt64
        var number: Int
    }

    /// Few and many, with keys that differ in any of their bytes, or not at all.
    @Test(arguments: [0, 1, 2, 63, 64, 65, 300, 3000])
    func sortsAsComparisonDoes(count: Int) {
        var random = SeededRandom(seed: UInt64(count))
        for mask in [0, 1, 0xff00, 0x8000_0000_0000_0001, 0x0f00_ff00_0000_0300, UInt64.max] {
            var elements = (0..<count).map { Element(key: random.next() & mask, number: ($0 * 7919) % 4001) }
            let expected = elements.sorted { ($0.key, $0.number) < ($1.key, $1.number) }
            KeyOrder.sort(&elements, key: \.key) { $0.number < $1.number }
            #expect(elements == expected, "mask \(mask)")
        }
    }

    /// Texts that differ before, in and behind the bytes that make up keys.
    @Test func textsAreSortedByBytes() throws {
        var random = SeededRandom(seed: 5)
        for count in [3, 500] {
            for prefix in ["", "/dev/", "a long prefix that all of them share "] {
                let texts = (0..<count).map { _ in
                    prefix + String(repeating: "x", count: Int.random(in: 0..<20, using: &random))
                        + "\(Int.random(in: 0..<50, using: &random))"
                }
                let bytes = texts.map { Array($0.utf8) }
                var set = TextSet(LabelRequest())
                for text in bytes { text.withUnsafeBytes { set.insert($0) } }
                let sorted = try set.sorted()
                withExtendedLifetime(bytes) {}
                #expect(sorted == Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            }
        }
    }
}
