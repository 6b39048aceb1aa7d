/// Finds cached lines by hash: built when a page has lines that are not where they were. Open addressing; a
/// slot holds a line's place plus one, 0 is free.
struct LineIndex {
    private var slots: [UInt32] = []

    var isEmpty: Bool { slots.isEmpty }

    mutating func removeAll() { slots.removeAll(keepingCapacity: slots.count < 1 << 16) }

    mutating func build(_ lines: UnsafeBufferPointer<CachedLine>) {
        var size = 16
        while size < lines.count * 2 { size *= 2 }
        slots.append(contentsOf: repeatElement(0, count: size))
        slots.withUnsafeMutableBufferPointer { slots in
            for place in lines.indices {
                var slot = Int(truncatingIfNeeded: lines[place].hash) & (size - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
                slots[slot] = UInt32(place + 1)
            }
        }
    }

    /// The first place with this hash and length.
    func find(_ hash: UInt64, length: Int, in lines: UnsafeBufferPointer<CachedLine>) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if lines[place].hash == hash, lines[place].length == length { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}
