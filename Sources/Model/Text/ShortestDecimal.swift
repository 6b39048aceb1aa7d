/// The shortest decimal numbers that read back as the same floating-point number, for numbers from 1e-6 to 2^53: in two
/// thirds of the time of the C++ library, which has to know powers of ten that need more than 128 bits.
///
/// Raffaello Giulietti, "The Schubfach way to render doubles" (2020). In this range all powers of ten are exact.
enum ShortestDecimal {
    /// What `put` can write.
    @inline(__always) static func handles(_ magnitude: Double) -> Bool {
        magnitude >= 1e-6 && magnitude < 9_007_199_254_740_992
    }

    /// Writes a number that it handles, without exponent, and returns the end. Up to 48 bytes are overwritten.
    static func put(_ value: Double, _ output: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        var output = output
        if value.sign == .minus {
            output.pointee = UInt8(ascii: "-")
            output += 1
        }
        let (digits, exponent) = shortest(value.magnitude)
        return put(digits, exponent, output)
    }

    /// `digits` x 10^`exponent`, at most 17 digits; the last ones may be zero.
    private static func shortest(_ value: Double) -> (digits: UInt64, exponent: Int) {
        let fraction = value.significandBitPattern
        // The number is c x 2^q; no number of the range is subnormal.
        let c = fraction | 1 &<< 52
        let q = Int(truncatingIfNeeded: value.exponentBitPattern) &- 1075
        if q > -53, c.trailingZeroBitCount >= 0 &- q { return (c &>> UInt64(truncatingIfNeeded: 0 &- q), 0) }
        // Half-way to the neighbours, in quarters of 2^q; the lower one is closer to a power of two.
        let isPower = fraction == 0
        let k = (q &* 1_262_611 &- (isPower ? 524_031 : 0)) &>> 22
        let h = UInt64(truncatingIfNeeded: q &+ ((0 &- k) &* 1_741_647) &>> 19 &+ 1)
        let power = powers[0 &- k]
        let middle = scaled(power, (c &* 4) &<< h)
        let isOdd: UInt64 = c & 1
        let lower = scaled(power, (c &* 4 &- (isPower ? 1 : 2)) &<< h) &+ isOdd
        let upper = scaled(power, (c &* 4 &+ 2) &<< h) &- isOdd
        let floor = middle / 4
        let tens = floor / 10
        let isTenBelow = lower <= 40 &* tens
        if isTenBelow != (40 &* tens &+ 40 <= upper) { return (tens &+ (isTenBelow ? 0 : 1), k &+ 1) }
        let isBelow = lower <= 4 &* floor
        if isBelow != (4 &* floor &+ 4 <= upper) { return (floor &+ (isBelow ? 0 : 1), k) }
        let half = 4 &* floor &+ 2
        return (floor &+ (middle > half || middle == half && floor & 1 == 1 ? 1 : 0), k)
    }

    /// 10^0 to 10^22, the highest bit set.
    private static let powers: [UInt128] = {
        var power: UInt128 = 1
        return (0...22).map { _ in
            defer { power &*= 10 }
            return power &<< UInt128(truncatingIfNeeded: power.leadingZeroBitCount)
        }
    }()

    /// The upper 64 of the 192 bits of a product; its lowest bit is set if any of those below is.
    @inline(__always) private static func scaled(_ power: UInt128, _ factor: UInt64) -> UInt64 {
        let low = UInt64(truncatingIfNeeded: power).multipliedFullWidth(by: factor)
        let high = UInt64(truncatingIfNeeded: power &>> 64).multipliedFullWidth(by: factor)
        let (rest, carry) = high.low.addingReportingOverflow(low.high)
        return (high.high &+ (carry ? 1 : 0)) | (rest > 1 ? 1 : 0)
    }

    private static func put(
        _ digits: UInt64, _ exponent: Int, _ output: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        // 24 digits with leading zeros.
        let (upper, low) = digits.quotientAndRemainder(dividingBy: 100_000_000)
        let (high, middle) = upper.quotientAndRemainder(dividingBy: 100_000_000)
        // Behind them room to be copied in words, whatever is in it.
        var text = (eight(high), eight(middle), eight(low), UInt64(0), UInt64(0), UInt64(0))
        return withUnsafeBytes(of: &text) { text in
            guard let text = text.baseAddress else { return output }
            var start = high > 0 ? 7 : 8
            while start < 23, text.load(fromByteOffset: start, as: UInt8.self) == UInt8(ascii: "0") { start &+= 1 }
            var end = 24
            // Behind the last digit before the point.
            let point = 24 &+ exponent
            while end > max(point, start &+ 1), text.load(fromByteOffset: end &- 1, as: UInt8.self) == UInt8(ascii: "0")
            {
                end &-= 1
            }
            if point > start {
                copy(text + start, output)
                let next = output + (point &- start)
                if end <= point { return next }
                next.pointee = UInt8(ascii: ".")
                copy(text + point, next + 1)
                return next + (1 &+ end &- point)
            }
            UnsafeMutableRawPointer(output).storeBytes(of: 0x3030_3030_3030_2e30, as: UInt64.self)
            let first = output + (2 &+ start &- point)
            copy(text + start, first)
            return first + (end &- start)
        }
    }

    /// 24 bytes, which is quicker than to copy as many as there are.
    @inline(__always) private static func copy(_ text: UnsafeRawPointer, _ output: UnsafeMutablePointer<UInt8>) {
        let output = UnsafeMutableRawPointer(output)
        for offset in stride(from: 0, to: 24, by: 8) {
            let word = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            output.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
        }
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
