import Model
import Platform
import Synchronization

/// What was found out about a label set as a sender writes it: its series and its origin. Looked up by a seeded 128-bit
/// fingerprint of the labels, so that a known series costs one pass over its bytes. Thread safe.
final class KnownSeries: Sendable {
    struct Entry: Sendable {
        var reference: SeriesReference
        var originKey: UInt64
    }

    struct Fingerprint: Hashable, Sendable {
        var low: UInt64
        var high: UInt64
    }

    private let seed: UInt64
    private let limit: Int
    private let entries = Mutex<[Fingerprint: Entry]>([:])

    /// `seed` should be random: who can guess it can make label sets collide.
    init(seed: UInt64, limit: Int) {
        self.seed = seed
        self.limit = limit
    }

    func fingerprint(_ labels: ArraySlice<(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)>) -> Fingerprint
    {
        var low = seed
        var high = ~seed
        for (name, value) in labels {
            let pair = StableHash.combine(StableHash.hash(name, seed: low), StableHash.hash(value, seed: seed))
            low = pair
            high = StableHash.combine(high, pair ^ UInt64(name.count))
        }
        return Fingerprint(low: low, high: high)
    }

    func entries(for fingerprints: [Fingerprint]) -> [Entry?] {
        entries.withLock { known in fingerprints.map { known[$0] } }
    }

    func removeAll() { entries.withLock { $0.removeAll(keepingCapacity: false) } }

    /// Remembers; forgets everything when there are too many, which costs only time.
    func add(_ found: [(Fingerprint, Entry)]) {
        entries.withLock { known in
            if known.count + found.count > limit { known.removeAll(keepingCapacity: false) }
            for (fingerprint, entry) in found { known[fingerprint] = entry }
        }
    }
}
