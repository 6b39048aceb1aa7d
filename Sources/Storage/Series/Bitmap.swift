/// A set of numbers below a bound, as bits. Not thread safe.
struct Bitmap: ~Copyable {
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int

    init(bound: Int) {
        wordCount = (bound + 63) / 64
        words = .allocate(capacity: max(wordCount, 1))
        words.initialize(repeating: 0, count: wordCount)
    }

    deinit { words.deallocate() }

    @inline(__always) func insert(_ number: UInt32) { words[Int(number >> 6)] |= 1 &<< UInt64(number & 63) }

    @inline(__always) func contains(_ number: UInt32) -> Bool {
        words[Int(number >> 6)] & (1 &<< UInt64(number & 63)) != 0
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
