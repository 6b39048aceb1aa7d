import Platform

/// Numbers by short runs of numbers. Open addressing; the key asked for last is found without hashing, as neighbouring
/// series often have the same.
struct KeyTable {
    private struct Entry {
        var start: Int
        var length: Int
        var hash: UInt64
        var number: Int
    }

    /// The keys, side by side.
    private var words: [UInt32] = []
    private var entries: [Entry] = []
    /// Entry + 1, or 0 for a free slot; a power of two of them, at most half of them taken.
    private var slots = [UInt32](repeating: 0, count: 16)
    private var last = -1

    /// Bytes held, with room to grow.
    var bytes: Int { words.capacity * 4 + entries.capacity * MemoryLayout<Entry>.stride + slots.count * 4 }

    /// The number that was set for a key.
    mutating func find(_ key: [UInt32]) -> Int? {
        if last >= 0, isEqual(entries[last], key) { return entries[last].number }
        let slot = slot(of: key, Self.hash(key))
        if slots[slot] == 0 { return nil }
        last = Int(slots[slot]) - 1
        return entries[last].number
    }

    /// Sets the number of a key that has none.
    mutating func insert(_ key: [UInt32], _ number: Int) {
        let hash = Self.hash(key)
        entries.append(Entry(start: words.count, length: key.count, hash: hash, number: number))
        words.append(contentsOf: key)
        if entries.count * 2 > slots.count {
            slots = [UInt32](repeating: 0, count: slots.count * 2)
            for entry in entries.indices.dropLast() { put(entry) }
        }
        put(entries.count - 1)
        last = entries.count - 1
    }

    private mutating func put(_ entry: Int) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: entries[entry].hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt32(entry + 1)
    }

    private func slot(of key: [UInt32], _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.hash == hash && isEqual(entry, key) { break }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func isEqual(_ entry: Entry, _ key: [UInt32]) -> Bool {
        if entry.length != key.count { return false }
        for index in key.indices where words[entry.start + index] != key[index] { return false }
        return true
    }

    private static func hash(_ key: [UInt32]) -> UInt64 { key.withUnsafeBytes { LabelTable.hash($0) } }
}
