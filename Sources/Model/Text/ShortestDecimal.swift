/// The shortest decimal numbers that read back as the same floating-point number, for numbers from 1e-6 to 2^53: in two
/// thirds of the time of the C++ library, which has to know powers of ten that need more than 128 bits.
///
/// Raffaello Giulietti, "The Schubfach way to render doubles" (2020). In this range all powers of ten are exact.
enum ShortestDecimal {
    /// What `put` can write.
    @inline(__always) static func handles(_ magnitude: Double) -> Bool {
        magnitude >= 1e-6 && magnitude < 9_007_199_254_740_992
    }

    /// Writes a number that it handles, without exponent, and returns the end. Up to 32 bytes are overwritten.
    static func put(_ value: Double, _ output: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        var output = output
        if value.sign == .minus {
            output.pointee = UInt8(ascii: "-")
            output += 1
        }
        let fraction = value.significandBitPattern
        // The number is c x 2^q; no number of the range is subnormal.
        let c = fraction | 1 &<< 52
        let q = Int(truncatingIfNeeded: value.exponentBitPattern) &- 1075
        if q > -53, c.trailingZeroBitCount >= 0 &- q {
            return putInteger(c &>> UInt64(truncatingIfNeeded: 0 &- q), output)
        }
        var (digits, exponent) = shortest(c, q, isPower: fraction == 0)
        if digits < firstOfSeventeen {
            digits &*= 10
            exponent &-= 1
        }
        return putSeventeen(digits, point: 17 &+ exponent, output)
    }

    private static let firstOfSeventeen: UInt64 = 10_000_000_000_000_000

    /// `digits` x 10^`exponent`, 16 or 17 digits, of which the last ones may be zero. Which of the candidates is the
    /// shortest is a coin's throw to the branch predictor: all are computed.
    @inline(__always) private static func shortest(
        _ c: UInt64, _ q: Int, isPower: Bool
    ) -> (digits: UInt64, exponent: Int) {
        // Half-way to the neighbours, in quarters of 2^q; the lower one is closer to a power of two.
        let k = (q &* 1_262_611 &- (isPower ? 524_031 : 0)) &>> 22
        let h = UInt64(truncatingIfNeeded: q &+ ((0 &- k) &* 1_741_647) &>> 19 &+ 1)
        let power = powers[0 &- k]
        let middle = scaled(power, (c &* 4) &<< h)
        let isOdd: UInt64 = c & 1
        let lower = scaled(power, (c &* 4 &- (isPower ? 1 : 2)) &<< h) &+ isOdd
        let upper = scaled(power, (c &* 4 &+ 2) &<< h) &- isOdd
        let floor = middle / 4
        let tens = floor / 10
        let isTenBelow = one(lower <= 40 &* tens)
        let isTenAbove = one(40 &* tens &+ 40 <= upper)
        let isBelow = one(lower <= 4 &* floor)
        let isAbove = one(4 &* floor &+ 4 <= upper)
        let half = 4 &* floor &+ 2
        let isNearerAbove = one(middle > half) | one(middle == half) & floor & 1
        // Where one of the two neighbours reads back, that one; else the nearer one.
        let isOneOnly = isBelow ^ isAbove
        let single = floor &+ (isOneOnly & isAbove | (isOneOnly ^ 1) & isNearerAbove)
        let ten = (tens &+ (isTenBelow ^ 1)) &* 10
        let usesTen = 0 &- (isTenBelow ^ isTenAbove)
        return ((ten & usesTen) | (single & ~usesTen), k)
    }

    @inline(__always) private static func one(_ condition: Bool) -> UInt64 { condition ? 1 : 0 }

    /// 10^0 to 10^22, the highest bit set: none has more bits than these.
    private static let powers: [23 of UInt64] = [
        0x8000000000000000, 0xa000000000000000, 0xc800000000000000, 0xfa00000000000000,
        0x9c40000000000000, 0xc350000000000000, 0xf424000000000000, 0x9896800000000000,
        0xbebc200000000000, 0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000,
        0xe8d4a51000000000, 0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000,
        0x8e1bc9bf04000000, 0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000,
        0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000,
    ]

    /// The upper 64 of the 128 bits of a product; its lowest bit is set if any of those below is.
    @inline(__always) private static func scaled(_ power: UInt64, _ factor: UInt64) -> UInt64 {
        let product = power.multipliedFullWidth(by: factor)
        return product.high | one(product.low != 0)
    }

    private static func putInteger(
        _ number: UInt64, _ output: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var length = 1
        var rest = number / 10
        while rest > 0 {
            length &+= 1
            rest /= 10
        }
        rest = number
        for position in stride(from: length &- 1, through: 0, by: -1) {
            output[position] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
            rest /= 10
        }
        return output + length
    }

    /// Writes exactly 17 digits with the decimal point behind `point` of them, 16 at most and some zeros in front if it
    /// is not above zero; zeros at the end are left out. Nothing that was written is read again.
    @inline(__always) private static func putSeventeen(
        _ digits: UInt64, point: Int, _ output: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        let (upper, last) = digits.quotientAndRemainder(dividingBy: 100_000_000)
        let (first, middle) = upper.quotientAndRemainder(dividingBy: 100_000_000)
        let (a, b) = (eight(middle), eight(last))
        var count = 17 &- (b ^ zeros).leadingZeroBitCount &>> 3
        if b == zeros { count = 9 &- (a ^ zeros).leadingZeroBitCount &>> 3 }
        let memory = UnsafeMutableRawPointer(output)
        if point <= 0 {
            memory.storeBytes(of: 0x3030_3030_3030_2e30, as: UInt64.self)
            let start = 2 &- point
            memory.storeBytes(of: UInt8(truncatingIfNeeded: 48 &+ first), toByteOffset: start, as: UInt8.self)
            memory.storeBytes(of: a, toByteOffset: start &+ 1, as: UInt64.self)
            memory.storeBytes(of: b, toByteOffset: start &+ 9, as: UInt64.self)
            return output + (start &+ count)
        }
        // The first 16 digits in two words, of which one makes room for the point.
        var low = (48 &+ first) | a &<< 8
        var high = a &>> 56 | b &<< 8
        var tail = high &>> 56 | (b &>> 56) &<< 8
        if point < 8 {
            high = high &<< 8 | low &>> 56
            low = withPoint(low, at: point)
        } else if point < 16 {
            high = withPoint(high, at: point &- 8)
        } else {
            tail = UInt64(UInt8(ascii: ".")) | (b &>> 56) &<< 8
        }
        memory.storeBytes(of: low, as: UInt64.self)
        memory.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
        memory.storeBytes(of: UInt16(truncatingIfNeeded: tail), toByteOffset: 16, as: UInt16.self)
        return output + (count &+ 1)
    }

    private static let zeros: UInt64 = 0x3030_3030_3030_3030

    /// Moves the characters from a place of a word on by one, and puts a point there.
    @inline(__always) private static func withPoint(_ word: UInt64, at place: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: 8 &* place)
        let rest = (word &>> shift) &<< shift
        return (word ^ rest) | UInt64(UInt8(ascii: ".")) &<< shift | rest &<< 8
    }

    /// Eight digits, the first one in the lowest byte: halves, quarters and digits side by side in one word.
    @inline(__always) private static func eight(_ number: UInt64) -> UInt64 {
        let halves = number / 10_000 | (number % 10_000) &<< 32
        let hundreds = (halves &* 10_486) &>> 20 & 0x0000_007f_0000_007f
        let quarters = hundreds | (halves &- hundreds &* 100) &<< 16
        let tens = (quarters &* 103) &>> 10 & 0x000f_000f_000f_000f
        return (tens | (quarters &- tens &* 10) &<< 8) | 0x3030_3030_3030_3030
    }
}
