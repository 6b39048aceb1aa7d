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

        func insert(_ number: UInt32, _ hash: UInt32) {
            var slot = Int(hash) & mask
            while AtomicWord.load(base + slot) != 0 { slot = (slot + 1) & mask }
            AtomicWord.store(base + slot, number + 1)
        }
    }

    /// What readers use; replaced when the table grows.
    private let published: Mutex<Slots>
    /// The same for the writer.
    private nonisolated(unsafe) var slots: Slots
    private nonisolated(unsafe) var count = 0

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
        if (count + 1) * 4 > (slots.mask + 1) * 3 {
            let larger = Slots(size: (slots.mask + 1) * 2)
            for slot in 0...slots.mask {
                let entry = AtomicWord.load(slots.base + slot)
                if entry != 0 { larger.insert(entry - 1, hashOf(entry - 1)) }
            }
            larger.insert(number, hash)
            slots = larger
            published.withLock { $0 = larger }
        } else {
            slots.insert(number, hash)
        }
        count += 1
    }
}
