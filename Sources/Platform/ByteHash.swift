/// A seeded 64-bit hash of bytes for tables in memory: folded 64 x 64 -> 128 bit products of 16 bytes at a
/// time, after Wang Yi's wyhash. Not for files (the value may change between versions) and not
/// cryptographic; the secret seed is what keeps senders from choosing colliding names.
package enum ByteHash {
    @inlinable package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var state = seed ^ 0xa076_1d64_78bd_642f
        var remaining = bytes.count
        guard var position = bytes.baseAddress, remaining > 0 else { return mix(state, 0xe703_7ed1_a0b4_28db) }
        while remaining > 16 {
            state = mix(word(position) ^ 0xe703_7ed1_a0b4_28db, word(position + 8) ^ state)
            position += 16
            remaining -= 16
        }
        let low: UInt64
        let high: UInt64
        if remaining >= 8 {
            low = word(position)
            high = word(position + remaining - 8)
        } else if remaining >= 4 {
            low = UInt64(position.loadUnaligned(as: UInt32.self))
            high = UInt64((position + remaining - 4).loadUnaligned(as: UInt32.self))
        } else {
            low =
                UInt64(position.load(as: UInt8.self)) << 16
                | UInt64((position + remaining / 2).load(as: UInt8.self)) << 8
                | UInt64((position + remaining - 1).load(as: UInt8.self))
            high = 0
        }
        return mix(mix(low ^ 0x8ebc_6af0_9c88_c6e3, high ^ state), UInt64(truncatingIfNeeded: bytes.count) ^ seed)
    }

    /// Spreads one number over 64 bits.
    @inlinable package static func hash(_ value: UInt64, seed: UInt64) -> UInt64 {
        mix(value ^ 0xe703_7ed1_a0b4_28db, seed ^ 0xa076_1d64_78bd_642f)
    }

    @inlinable static func word(_ position: UnsafeRawPointer) -> UInt64 {
        position.loadUnaligned(as: UInt64.self)
    }

    @inlinable static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
