/// A fast 64-bit hash of bytes whose values never change: they stand in files (keys of origins and timelines) and in
/// hash tables of label sets. Not cryptographic.
///
/// Each step folds the 128-bit product of two 64-bit words (the idea of Wang Yi's wyhash). Words are read
/// little-endian. A change here is a new on-disk format; the golden values are in the tests.
package enum StableHash {
    /// The hash of `bytes` under a seed. Files use the default seed; tables in memory that outsiders can fill take a
    /// random one.
    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        let length = bytes.count
        guard let base = bytes.baseAddress else { return finish(0, 0, seed: mix(seed ^ k0, k1), length: 0) }
        let start = mix(seed ^ k0, k1)
        if length <= 16 {
            let (low, high) = short(base, length)
            return finish(low, high, seed: start, length: length)
        }
        var state = start
        var position = base
        var rest = length
        if rest > 48 {
            // Three independent chains keep the multiplier busy.
            var second = start
            var third = start
            repeat {
                state = mix(word(position, 0) ^ k1, word(position, 8) ^ state)
                second = mix(word(position, 16) ^ k2, word(position, 24) ^ second)
                third = mix(word(position, 32) ^ k3, word(position, 40) ^ third)
                position += 48
                rest -= 48
            } while rest > 48
            state ^= second ^ third
        }
        while rest > 16 {
            state = mix(word(position, 0) ^ k1, word(position, 8) ^ state)
            position += 16
            rest -= 16
        }
        // The last 16 bytes, overlapping what came before.
        let tail = position + rest - 16
        return finish(word(tail, 0), word(tail, 8), seed: state, length: length)
    }

    /// The hash of a text's UTF-8 bytes.
    package static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0), seed: seed) }
    }

    /// Two numbers into one hash; order matters.
    package static func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
        finish(first, second, seed: k2, length: 16)
    }

    /// 0 to 16 bytes as two words, every byte in at least one of them.
    private static func short(_ base: UnsafeRawPointer, _ length: Int) -> (UInt64, UInt64) {
        if length >= 8 { return (word(base, 0), word(base, length - 8)) }
        if length >= 4 { return (half(base, 0), half(base, length - 4)) }
        if length == 0 { return (0, 0) }
        let first = UInt64(base.load(as: UInt8.self))
        let middle = UInt64(base.load(fromByteOffset: length / 2, as: UInt8.self))
        let last = UInt64(base.load(fromByteOffset: length - 1, as: UInt8.self))
        return (first << 16 | middle << 8 | last, 0)
    }

    private static func finish(_ low: UInt64, _ high: UInt64, seed: UInt64, length: Int) -> UInt64 {
        let product = (low ^ k1).multipliedFullWidth(by: high ^ seed)
        return mix(product.low ^ k0 ^ UInt64(length), product.high ^ k1)
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.low ^ product.high
    }

    private static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func half(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }

    // Fraction bits of the square roots of 2, 3, 5 and 7, made odd: nothing up the sleeve.
    private static let k0: UInt64 = 0x6A09_E667_F3BC_C909
    private static let k1: UInt64 = 0xBB67_AE85_84CA_A73B
    private static let k2: UInt64 = 0x3C6E_F372_FE94_F82B
    private static let k3: UInt64 = 0xA54F_F53A_5F1D_36F1
}
