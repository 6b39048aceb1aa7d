/// Keys by the time they are due, earliest first: a binary heap. An entry cannot be taken back; who takes
/// one out checks that it still holds.
struct DueQueue {
    struct Entry {
        /// Milliseconds.
        var due: Int64
        var key: UInt64
    }

    private var entries: [Entry] = []

    var first: Entry? { entries.first }

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    mutating func insert(_ key: UInt64, due: Int64) {
        var child = entries.count
        entries.append(Entry(due: due, key: key))
        while child > 0 {
            let parent = (child - 1) / 2
            if entries[parent].due <= due { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var child = parent * 2 + 1
            if child >= entries.count { return }
            if child + 1 < entries.count, entries[child + 1].due < entries[child].due { child += 1 }
            if entries[parent].due <= entries[child].due { return }
            entries.swapAt(parent, child)
            parent = child
        }
    }
}
