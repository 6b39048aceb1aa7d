import Platform

/// What the differences of a column have in common: sizes in pages, memory in kilobytes, counts of tens.
enum CommonFactor {
    /// The largest factor that all integers have, if saying so is shorter than not; they are then divided by it. Else
    /// 1.
    static func divideOut(_ integers: UnsafeMutablePointer<Int64>, _ count: Int) -> UInt64 {
        var factor: UInt64 = 0
        var others = 0
        for index in 0..<count where integers[index] != 0 {
            factor = divisor(integers[index].magnitude, factor)
            if factor == 1 { return 1 }
            others &+= 1
        }
        if factor < 2 { return 1 }
        let saved = others &* (63 &- factor.leadingZeroBitCount)
        if saved <= 8 * Varint.length(factor) { return 1 }
        divide(integers, count, by: factor)
        return factor
    }

    /// Euclid's algorithm; zero is a multiple of everything.
    private static func divisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
        if second == 0 { return first }
        var large = first
        var small = second
        while true {
            let rest = large % small
            if rest == 0 { return small }
            large = small
            small = rest
        }
    }

    /// Divides multiples of a factor: a shift, and the product with the inverse of an odd number modulo 2^64.
    private static func divide(_ integers: UnsafeMutablePointer<Int64>, _ count: Int, by factor: UInt64) {
        let shift = Int64(factor.trailingZeroBitCount)
        let odd = factor &>> UInt64(shift)
        // Each step of Newton's method doubles the number of right bits; an odd number is its own inverse modulo 8.
        var inverse = odd
        for _ in 0..<5 { inverse = inverse &* (2 &- odd &* inverse) }
        for index in 0..<count {
            integers[index] = (integers[index] &>> shift) &* Int64(bitPattern: inverse)
        }
    }
}
