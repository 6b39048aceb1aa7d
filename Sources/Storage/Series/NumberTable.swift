import CShims
import Synchronization

/// A hash table of numbers whose keys lie elsewhere: open addressing, linear probing, 4 bytes a slot, at
/// most three quarters full. Nothing is ever removed.
///
/// Threads: `insert` by one writer at a time, `find` by any thread without waiting for it: a reader that
/// still holds the slots from before an enlargement finds what was there then.
final class NumberTable: Sendable {
    private final class Slots: @unchecked Sendable {
        // Sendable: slots are only accessed atomically; the memory goes with the last holder.
        /// Number + 1, or 0 for a free slot.
        let base: UnsafeMutablePointer<UInt32>
        let mask: Int

        init(size: Int) {
            base = .allocate(capacity: size)
            base.initialize(repeating: 0, count: size)
            mask = size - 1
        }

        deinit { base.deallocate() }

        @inline(__always) func find(_ hash: UInt32, _ isKey: (UInt32) -> Bool) -> UInt32? {
            var slot = Int(hash) & mask
            while true {
                let entry = AtomicWord.load(base + slot)
                if entry == 0 { return nil }
                if isKey(entry - 1) { return entry - 1 }
                slot = (slot + 1) & mask
            }
        }

        @inline(__always) func prefetch(_ hash: UInt32) { cshims_prefetch_write(base + (Int(hash) & mask)) }

        @inline(__always) func insert(_ number: UInt32, _ hash: UInt32) {
            var slot = Int(hash) & mask
            while AtomicWord.load(base + slot) != 0 { slot = (slot + 1) & mask }
            AtomicWord.store(base + slot, number + 1)
        }
    }

    /// What readers use; replaced when the table grows.
    private let published: Mutex<Slots>
    /// The same for the writer.
    @exclusivity(unchecked) private nonisolated(unsafe) var slots: Slots
    @exclusivity(unchecked) private nonisolated(unsafe) var count = 0

    init() {
        slots = Slots(size: 16)
        published = Mutex(slots)
    }

    /// Bytes of the slots.
    var memory: Int { 4 * (published.withLock { $0.mask } + 1) }

    /// The number with this hash for which `isKey` holds.
    @inline(__always) func find(_ hash: UInt32, _ isKey: (UInt32) -> Bool) -> UInt32? {
        published.withLock { $0 }.find(hash, isKey)
    }

    /// Writer: adds a number that is not there; what `isKey` and `hashOf` look at must be in place.
    /// `hashOf` gives the hash of numbers that were added before.
    func insert(_ number: UInt32, _ hash: UInt32, hashOf: (UInt32) -> UInt32) {
        if !hasRoom(1, of: slots.mask + 1) { enlarge(to: (slots.mask + 1) * 2, hashOf) }
        slots.insert(number, hash)
        count += 1
    }

    /// Writer: adds those of the numbers that have a hash, none of which is there.
    func insert(_ numbers: Range<UInt32>, hashOf: (UInt32) -> UInt32?) {
        let added = numbers.reduce(0) { $0 + (hashOf($1) == nil ? 0 : 1) }
        var size = slots.mask + 1
        while !hasRoom(added, of: size) { size *= 2 }
        if size > slots.mask + 1 { enlarge(to: size) { hashOf($0) ?? 0 } }
        let slots = slots
        for number in numbers {
            // The slots of a large table are anywhere.
            if let ahead = hashOf(min(number &+ Self.ahead, numbers.upperBound - 1)) { slots.prefetch(ahead) }
            if let hash = hashOf(number) { slots.insert(number, hash) }
        }
        count += added
    }

    private static let ahead: UInt32 = 12

    private func hasRoom(_ added: Int, of size: Int) -> Bool { (count + added) * 4 <= size * 3 }

    private func enlarge(to size: Int, _ hashOf: (UInt32) -> UInt32) {
        let larger = Slots(size: size)
        for slot in 0...slots.mask {
            let entry = AtomicWord.load(slots.base + slot)
            if entry != 0 { larger.insert(entry - 1, hashOf(entry - 1)) }
        }
        slots = larger
        published.withLock { $0 = larger }
    }
}
