/// A set of numbers below a bound, as bits.
final class Bitmap: @unchecked Sendable {
    // Sendable: handed on, but used by one thread at a time.
    let bound: Int
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int

    init(bound: Int) {
        self.bound = bound
        wordCount = (bound + 63) / 64
        words = .allocate(capacity: max(wordCount, 1))
        words.initialize(repeating: 0, count: wordCount)
    }

    deinit { words.deallocate() }

    @inline(__always) func insert(_ number: UInt32) { words[Int(number >> 6)] |= 1 &<< UInt64(number & 63) }

    @inline(__always) func remove(_ number: UInt32) { words[Int(number >> 6)] &= ~(1 &<< UInt64(number & 63)) }

    /// False for numbers from the bound on.
    @inline(__always) func contains(_ number: UInt32) -> Bool {
        if number >= bound { return false }
        return words[Int(number >> 6)] & (1 &<< UInt64(number & 63)) != 0
    }

    /// True when some number is in both; they must have the same bound.
    func intersects(_ other: Bitmap) -> Bool {
        precondition(wordCount == other.wordCount)
        for index in 0..<wordCount where words[index] & other.words[index] != 0 { return true }
        return false
    }

    /// Calls `body` with the numbers, ascending.
    @inline(__always) func visit(_ body: (UInt32) -> Void) {
        for index in 0..<wordCount {
            var word = words[index]
            while word != 0 {
                body(UInt32(index * 64 + word.trailingZeroBitCount))
                word &= word - 1
            }
        }
    }
}
