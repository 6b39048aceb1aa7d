import Platform

/// A set of byte strings that answers in the time of one hash, however many they are. Immutable.
final class LiteralTable: @unchecked Sendable {
    // Sendable: written in the initializer only. Memory of its own, so that a look-up counts no references.
    private struct Literal: BitwiseCopyable {
        let offset: Int
        let length: Int
    }

    private let bytes: UnsafeMutableRawPointer
    private let literals: UnsafeMutablePointer<Literal>
    private let count: Int
    /// Open addressing: number of the literal + 1, 0 for a free slot; at most half full.
    private let slots: UnsafeMutablePointer<UInt32>
    private let mask: Int

    /// Up to this many are compared one by one: their lengths alone tell most apart.
    private static let fewest = 4

    init(_ texts: [[UInt8]]) {
        var size = 4
        while size < texts.count * 2 { size *= 2 }
        mask = size - 1
        slots = .allocate(capacity: size)
        slots.initialize(repeating: 0, count: size)
        literals = .allocate(capacity: max(texts.count, 1))
        bytes = .allocate(byteCount: max(texts.reduce(0) { $0 + $1.count }, 1), alignment: 1)
        var count = 0
        var end = bytes
        for text in texts {
            end.copyMemory(from: text, byteCount: text.count)
            let copy = UnsafeRawBufferPointer(start: end, count: text.count)
            guard let slot = Self.freeSlot(copy, slots, mask, literals, bytes) else { continue }
            (literals + count).initialize(to: Literal(offset: end - bytes, length: text.count))
            end += text.count
            count += 1
            slots[slot] = UInt32(count)
        }
        self.count = count
    }

    deinit {
        slots.deallocate()
        literals.deallocate()
        bytes.deallocate()
    }

    /// Bytes held.
    var byteCount: Int {
        let text = (0..<count).reduce(0) { $0 + literals[$1].length }
        return text + count * MemoryLayout<Literal>.stride + (mask + 1) * 4
    }

    /// The members, in the order in which they came.
    var strings: [String] {
        (0..<count).map {
            let literal = UnsafeRawBufferPointer(start: bytes + literals[$0].offset, count: literals[$0].length)
            return String(decoding: literal, as: UTF8.self)
        }
    }

    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        if count > Self.fewest { return Self.freeSlot(text, slots, mask, literals, bytes) == nil }
        for number in 0..<count where Self.isEqual(literals[number], text, bytes) { return true }
        return false
    }

    /// Where the text would be put; nil when it is there.
    private static func freeSlot(
        _ text: UnsafeRawBufferPointer, _ slots: UnsafeMutablePointer<UInt32>, _ mask: Int,
        _ literals: UnsafeMutablePointer<Literal>, _ bytes: UnsafeMutableRawPointer
    ) -> Int? {
        var slot = Int(truncatingIfNeeded: StableHash.hash(text)) & mask
        while slots[slot] != 0 {
            if isEqual(literals[Int(slots[slot]) - 1], text, bytes) { return nil }
            slot = (slot + 1) & mask
        }
        return slot
    }

    @inline(__always) private static func isEqual(
        _ literal: Literal, _ text: UnsafeRawBufferPointer, _ bytes: UnsafeMutableRawPointer
    ) -> Bool {
        if literal.length != text.count { return false }
        guard let start = text.baseAddress else { return true }
        return compareMemory(bytes + literal.offset, start, literal.length) == 0
    }
}
