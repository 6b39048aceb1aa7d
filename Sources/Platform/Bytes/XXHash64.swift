/// XXH64 with seed 0, after its specification (xxHash, doc/xxhash_spec.md): the hash that Prometheus takes of label
/// sets. For what has to agree with Prometheus; `StableHash` is for everything else.
package enum XXHash64 {
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var position = 0
        var state = prime5
        if bytes.count >= 32 {
            state = stripes(bytes, &position)
        }
        state &+= UInt64(bytes.count)
        while position + 8 <= bytes.count {
            state = rotate(state ^ round(0, word(bytes, position)), 27) &* prime1 &+ prime4
            position += 8
        }
        if position + 4 <= bytes.count {
            let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            state = rotate(state ^ UInt64(half) &* prime1, 23) &* prime2 &+ prime3
            position += 4
        }
        while position < bytes.count {
            state = rotate(state ^ UInt64(bytes[position]) &* prime5, 11) &* prime1
            position += 1
        }
        state = (state ^ state >> 33) &* prime2
        state = (state ^ state >> 29) &* prime3
        return state ^ state >> 32
    }

    /// Four lanes over all whole runs of 32 bytes, folded into one.
    private static func stripes(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> UInt64 {
        var first = prime1 &+ prime2
        var second = prime2
        var third: UInt64 = 0
        var fourth = 0 &- prime1
        while position + 32 <= bytes.count {
            first = round(first, word(bytes, position))
            second = round(second, word(bytes, position + 8))
            third = round(third, word(bytes, position + 16))
            fourth = round(fourth, word(bytes, position + 24))
            position += 32
        }
        var state = rotate(first, 1) &+ rotate(second, 7) &+ rotate(third, 12) &+ rotate(fourth, 18)
        for lane in [first, second, third, fourth] {
            state = (state ^ round(0, lane)) &* prime1 &+ prime4
        }
        return state
    }

    private static func round(_ state: UInt64, _ input: UInt64) -> UInt64 {
        rotate(state &+ input &* prime2, 31) &* prime1
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5
}
