/// Numbers of label pairs that were looked up lately: neighbours in the register share most of their labels, and the
/// tables of the index are made for readers on other threads.
struct RecentPairs {
    private struct Entry {
        var name = UInt32.max
        var value = UInt32.max
        var pair: UInt32 = 0
    }

    private static let bits = 12
    private var entries = [Entry](repeating: Entry(), count: 1 << bits)

    /// The number of the pair of these symbols, a new one if there is none.
    mutating func number(
        _ name: UInt32, _ value: UInt32, in index: SeriesIndex
    ) throws(SeriesIndexError) -> UInt32 {
        let key = UInt64(name) << 32 | UInt64(value)
        let place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - Self.bits))
        let entry = entries[place]
        if entry.name == name && entry.value == value { return entry.pair }
        let pair = try index.pairs.intern(nameSymbol: name, value: value)
        entries[place] = Entry(name: name, value: value, pair: pair)
        return pair
    }
}
