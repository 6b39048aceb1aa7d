import Platform

/// Chance for names: hashes of a seed and a count.
struct HashRandom: RandomNumberGenerator {
    private let seed: UInt64
    private var count: UInt64 = 0

    init(seed: UInt64) { self.seed = seed }

    mutating func next() -> UInt64 {
        count += 1
        return StableHash.combine(seed, count)
    }
}
