import TestSupport

/// Changes sound inputs a little, for runs without libFuzzer.
package struct Mutator {
    private let seeds: [[UInt8]]
    private let tokens: [[UInt8]]
    private var random: SeededRandom

    package init(_ target: FuzzTarget, seed: UInt64) {
        seeds = target.seeds.isEmpty ? [[]] : target.seeds
        tokens = target.tokens.map { Array($0.utf8) }
        random = SeededRandom(seed: seed)
    }

    /// A seed with one to four changes.
    package mutating func next() -> [UInt8] {
        var bytes = random.pick(seeds)
        for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let length = Int.random(in: 0...min(12, bytes.count - place), using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes.removeSubrange(place..<place + length)
        case 1: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 2: bytes.insert(contentsOf: random.bytes(1), at: place)
        case 3: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 4: bytes.replaceSubrange(place..<place + length, with: random.pick(tokens))
        case 5: bytes.insert(contentsOf: random.pick(tokens), at: place)
        default:
            // The end of another seed.
            let other = random.pick(seeds)
            bytes.replaceSubrange(place..., with: other[Int.random(in: 0...other.count, using: &random)...])
        }
    }
}
