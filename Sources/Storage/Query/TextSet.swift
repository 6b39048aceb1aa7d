import Model

/// Texts that lie elsewhere, to be put in order and told apart without being copied. Whoever owns their bytes must
/// outlive it.
struct TextSet {
    private struct Entry {
        /// The eight bytes behind the prefix that all texts share, and the eight behind those, as numbers that order as
        /// they do.
        var key: UInt64 = 0
        var furtherKey: UInt64 = 0
        var bytes: UnsafeRawBufferPointer
    }

    private var entries: [Entry] = []
    private var room: LabelRoom
    private let limit: Int?

    init(_ request: LabelRequest) {
        room = LabelRoom(request)
        limit = request.limit
    }

    /// Does nothing when there is no room.
    mutating func insert(_ bytes: UnsafeRawBufferPointer) {
        if room.takeText(0) { entries.append(Entry(bytes: bytes)) }
    }

    /// Each text once, by bytes; as many as are asked for.
    mutating func sorted() throws(SelectError) -> [String] {
        try room.check()
        let prefix = sharedPrefix()
        for index in entries.indices {
            entries[index].key = Self.key(entries[index].bytes, from: prefix)
            entries[index].furtherKey = Self.key(entries[index].bytes, from: prefix + 8)
        }
        KeyOrder.sort(&entries, key: \.key) { left, right in
            left.furtherKey == right.furtherKey
                ? Labels.compare(left.bytes, right.bytes) < 0 : left.furtherKey < right.furtherKey
        }
        var texts: [String] = []
        texts.reserveCapacity(min(entries.count, limit ?? .max))
        var last: Entry?
        for entry in entries {
            if let limit, texts.count >= limit { break }
            if let last, Self.areEqual(last, entry) { continue }
            if !room.takeText(entry.bytes.count) { break }
            texts.append(String(decoding: entry.bytes, as: UTF8.self))
            last = entry
        }
        try room.check()
        return texts
    }

    private static func areEqual(_ left: Entry, _ right: Entry) -> Bool {
        left.key == right.key && left.furtherKey == right.furtherKey
            && Labels.compare(left.bytes, right.bytes) == 0
    }

    private func sharedPrefix() -> Int {
        guard let first = entries.first?.bytes else { return 0 }
        var length = first.count
        for entry in entries {
            length = min(length, entry.bytes.count)
            var common = 0
            while common < length && entry.bytes[common] == first[common] { common += 1 }
            length = common
        }
        return length
    }

    private static func key(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
        if bytes.count >= start + 8 {
            return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        }
        var key: UInt64 = 0
        for offset in 0..<8 {
            key = key << 8 | (start + offset < bytes.count ? UInt64(bytes[start + offset]) : 0)
        }
        return key
    }
}
