import Model

/// Numbers label sets in the order of their first appearance. Open addressing over the encoded bytes.
struct LabelTable {
    private(set) var entries: [Labels] = []
    private var hashes: [UInt64] = []
    /// Entry + 1, or 0 for a free slot; a power of two of them, at most half of them taken.
    private var slots: [UInt32]
    private var entryBytes = 0

    init(capacity: Int = 8) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
    }

    var count: Int { entries.count }

    /// Bytes of the table and its label sets.
    var bytes: Int { entryBytes + slots.count * 4 + hashes.count * 8 }

    mutating func index(of labels: Labels) -> (index: Int, isNew: Bool) {
        labels.encoded.withUnsafeBytes { index(of: $0, make: labels) }
    }

    /// The number of an encoded label set.
    mutating func index(of key: [UInt8]) -> (index: Int, isNew: Bool) {
        key.withUnsafeBytes { index(of: $0, make: Labels(copying: key)) }
    }

    /// The number of an encoded label set that is in the table.
    func find(_ key: [UInt8]) -> Int? {
        key.withUnsafeBytes { key in
            let position = slot(of: key, hash: Self.hash(key))
            return slots[position] == 0 ? nil : Int(slots[position]) - 1
        }
    }

    private mutating func index(
        of key: UnsafeRawBufferPointer, make labels: @autoclosure () -> Labels
    ) -> (index: Int, isNew: Bool) {
        let hash = Self.hash(key)
        let position = slot(of: key, hash: hash)
        if slots[position] != 0 { return (Int(slots[position]) - 1, false) }
        entries.append(labels())
        entryBytes += key.count + SeriesColumns.labelsOverhead
        hashes.append(hash)
        slots[position] = UInt32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return (entries.count - 1, true)
    }

    private func slot(of key: UnsafeRawBufferPointer, hash: UInt64) -> Int {
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while slots[position] != 0 {
            let entry = Int(slots[position]) - 1
            if hashes[entry] == hash, entries[entry].encoded.withUnsafeBytes({ Labels.compare($0, key) == 0 }) {
                break
            }
            position = (position + 1) & mask
        }
        return position
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        slots = [UInt32](repeating: 0, count: mask + 1)
        for (entry, hash) in hashes.enumerated() {
            var position = Int(truncatingIfNeeded: hash) & mask
            while slots[position] != 0 { position = (position + 1) & mask }
            slots[position] = UInt32(entry + 1)
        }
    }

    /// Eight bytes at a time, multiplied and folded.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = UInt64(truncatingIfNeeded: bytes.count) &* 0x9e37_79b9_7f4a_7c15
        var position = 0
        while position + 8 <= bytes.count {
            state = mix(state ^ bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        var rest: UInt64 = 0
        while position < bytes.count {
            rest = rest << 8 | UInt64(bytes[position])
            position += 1
        }
        return mix(state ^ rest)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        return product.high ^ product.low
    }
}
