/// One name with one value, and the series that bear it; 32 bytes.
///
/// `name`, `value` and `older` are written once. `count` is accessed atomically and covers `references` and
/// `list`. Readers take single fields, never a copy of the whole: that would read `count` while it is
/// written.
struct LabelPair: BitwiseCopyable {
    /// Number of the name in `LabelPairTable`.
    let name: UInt32
    /// Symbol of the value.
    let value: UInt32
    /// The pair of the same name that was added before this one; `none` for the first.
    let older: UInt32
    /// Series with the pair.
    var count: UInt32 = 0
    /// The first three series: most pairs of names with many values have no more.
    var references: (UInt32, UInt32, UInt32) = (0, 0, 0)
    /// Number of the posting list with the further ones.
    var list: UInt32 = 0

    /// No pair.
    static let none = UInt32.max

    init(name: UInt32, value: UInt32, older: UInt32) {
        self.name = name
        self.value = value
        self.older = older
    }
}

/// A label name: the pairs with it form a chain from the newest to the oldest. `newest` is accessed
/// atomically.
struct LabelNameRecord: BitwiseCopyable {
    let symbol: UInt32
    var newest: UInt32
}

extension UnsafeMutablePointer<LabelPair> {
    @inline(__always) var count: UnsafeMutablePointer<UInt32> { address(of: \.count) }
}

extension UnsafeMutablePointer<LabelNameRecord> {
    @inline(__always) var newest: UnsafeMutablePointer<UInt32> { address(of: \.newest) }
}
