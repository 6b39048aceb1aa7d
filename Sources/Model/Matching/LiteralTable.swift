import Platform

/// A set of byte strings that answers in the time of one hash, however many they are. Immutable.
struct LiteralTable: Sendable {
    /// All strings, one behind the other, each once.
    private var bytes: [UInt8] = []
    /// Where string i ends; it begins where i - 1 ends.
    private var ends: [Int] = []
    /// Open addressing: string number + 1, 0 for a free slot; at most half full.
    private var slots: [UInt32]

    init(_ literals: [[UInt8]]) {
        var size = 4
        while size < literals.count * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        bytes.reserveCapacity(literals.reduce(0) { $0 + $1.count })
        for literal in literals {
            literal.withUnsafeBytes { text in
                guard let slot = freeSlot(text) else { return }
                bytes += literal
                ends.append(bytes.count)
                slots[slot] = UInt32(ends.count)
            }
        }
    }

    /// The members, in the order in which they came.
    var strings: [String] {
        ends.indices.map { String(decoding: bytes[($0 == 0 ? 0 : ends[$0 - 1])..<ends[$0]], as: UTF8.self) }
    }

    func contains(_ text: UnsafeRawBufferPointer) -> Bool { !ends.isEmpty && freeSlot(text) == nil }

    /// Where the text would be put; nil when it is there.
    private func freeSlot(_ text: UnsafeRawBufferPointer) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: StableHash.hash(text)) & mask
        return bytes.withUnsafeBytes { bytes in
            while slots[slot] != 0 {
                let number = Int(slots[slot]) - 1
                let start = number == 0 ? 0 : ends[number - 1]
                let candidate = UnsafeRawBufferPointer(rebasing: bytes[start..<ends[number]])
                if candidate.count == text.count && Labels.compare(candidate, text) == 0 { return nil }
                slot = (slot + 1) & mask
            }
            return slot
        }
    }
}
