import Platform

/// Puts label sets of the register together. Neighbours share most of their labels, and the tables of the index are
/// made for readers on other threads, so pairs that were looked up lately are kept, with their text as it is hashed: a
/// cache line each. One thread.
final class RecentPairs {
    private struct Entry {
        var name = UInt32.max
        var value = UInt32.max
        var pair: UInt32 = 0
        /// Of the text; 0 when it is longer than what is kept.
        var length: UInt32 = 0
        var text: (SIMD16<UInt8>, SIMD16<UInt8>, SIMD16<UInt8>) = (.zero, .zero, .zero)
    }

    private static let bits = 12
    private static let keptText = 48
    private let entries: UnsafeMutablePointer<Entry>
    private let index: SeriesIndex
    private let numbers = ByteBuffer()
    private let text = ByteBuffer()

    init(_ index: SeriesIndex) {
        self.index = index
        let memory = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<Entry>.stride << Self.bits, alignment: 64)
        entries = memory.bindMemory(to: Entry.self, capacity: 1 << Self.bits)
        entries.initialize(repeating: Entry(), count: 1 << Self.bits)
    }

    deinit { entries.deallocate() }

    /// The numbers of the pairs of the label set; valid until the next one is begun.
    var run: UnsafeBufferPointer<UInt32> {
        let start = UnsafeRawPointer(numbers.base).assumingMemoryBound(to: UInt32.self)
        return UnsafeBufferPointer(start: start, count: numbers.count / MemoryLayout<UInt32>.stride)
    }

    /// The hash of the label set.
    var hash: UInt32 { index.hash(text.bytes) }

    /// Begins a label set.
    func begin() {
        numbers.removeAll()
        text.removeAll()
    }

    /// Adds the pair of these symbols, a new one if there is none.
    func add(_ name: UInt32, _ value: UInt32) throws(SeriesIndexError) {
        let key = UInt64(name) << 32 | UInt64(value)
        let entry = entries + Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - Self.bits))
        if entry.pointee.name != name || entry.pointee.value != value { try load(name, value, into: entry) }
        numbers.reserve(MemoryLayout<UInt32>.stride).storeBytes(of: entry.pointee.pair, as: UInt32.self)
        numbers.commit(MemoryLayout<UInt32>.stride)
        if entry.pointee.length == 0 {
            let (name, value) = index.fields(ofPair: entry.pointee.pair)
            text.append(name)
            text.append(value)
        } else {
            text.reserve(Self.keptText).storeBytes(of: entry.pointee.text, as: type(of: entry.pointee.text))
            text.commit(Int(entry.pointee.length))
        }
    }

    private func load(
        _ name: UInt32, _ value: UInt32, into entry: UnsafeMutablePointer<Entry>
    ) throws(SeriesIndexError) {
        var made = Entry(name: name, value: value, pair: try index.pairs.intern(nameSymbol: name, value: value))
        let (nameField, valueField) = index.fields(ofPair: made.pair)
        let length = nameField.count + valueField.count
        if length <= Self.keptText {
            made.length = UInt32(length)
            withUnsafeMutableBytes(of: &made.text) { text in
                text.copyMemory(from: nameField)
                UnsafeMutableRawBufferPointer(rebasing: text[nameField.count...]).copyMemory(from: valueField)
            }
        }
        entry.pointee = made
    }
}
