import Model

/// Reads the numbers of a page.
enum SampleNumber {
    /// Powers of ten that a double holds exactly, 0 to 22.
    static func makePowers() -> UnsafeMutablePointer<Double> {
        let powers = UnsafeMutablePointer<Double>.allocate(capacity: 23)
        var power = 1.0
        for exponent in 0...22 {
            powers[exponent] = power
            power *= 10
        }
        return powers
    }

    /// Reads a plain decimal number at `position` and moves behind it; nil, and no move, when it takes more
    /// care (then `read` knows). A byte that belongs to no number must follow.
    ///
    /// Exact because digits below 2^53 and powers of ten up to 10^22 are doubles and one operation rounds
    /// once (Clinger 1990).
    @inline(__always)
    static func readPlain(
        _ position: inout UnsafePointer<UInt8>, powers: UnsafePointer<Double>
    ) -> Double? {
        var next = position
        let isNegative = next.pointee == UInt8(ascii: "-")
        if isNegative { next += 1 }
        var mantissa: UInt64 = 0
        let firstDigit = next
        var digit = next.pointee &- 48
        while digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            next += 1
            digit = next.pointee &- 48
        }
        var digits = next - firstDigit
        var exponent = 0
        if next.pointee == UInt8(ascii: ".") {
            next += 1
            let firstFraction = next
            digit = next.pointee &- 48
            while digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                next += 1
                digit = next.pointee &- 48
            }
            exponent = firstFraction - next
            digits -= exponent
        }
        if next.pointee | 0x20 == UInt8(ascii: "e") {
            guard let power = readExponent(&next) else { return nil }
            exponent += power
        }
        guard digits > 0, digits <= 19, mantissa < 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
        let magnitude = exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
        position = next
        return isNegative ? -magnitude : magnitude
    }

    /// `e+09` and the like; nil for more than three digits.
    @inline(__always)
    private static func readExponent(_ next: inout UnsafePointer<UInt8>) -> Int? {
        next += 1
        let isNegative = next.pointee == UInt8(ascii: "-")
        if isNegative || next.pointee == UInt8(ascii: "+") { next += 1 }
        var power = 0
        let first = next
        var digit = next.pointee &- 48
        while digit < 10, next - first < 4 {
            power = power * 10 + Int(digit)
            next += 1
            digit = next.pointee &- 48
        }
        guard next > first, next - first < 4 else { return nil }
        return isNegative ? -power : power
    }

    /// Any number that the format allows, from exactly these bytes. Every NaN becomes the ordinary one.
    static func read(_ text: UnsafeRawBufferPointer) -> Double? {
        guard let value = FloatText.parse(text) else { return nil }
        // Go refuses numbers that are too large; only the word gives an infinity.
        if value.isInfinite, let last = text.last, last | 0x20 != UInt8(ascii: "f"), last | 0x20 != UInt8(ascii: "y") {
            return nil
        }
        return value.isNaN ? .ordinaryNaN : value
    }

    /// Milliseconds: digits only; nil when they are too many.
    static func readTime(_ position: inout UnsafePointer<UInt8>) -> Int64? {
        var time: Int64 = 0
        var digit = position.pointee &- 48
        while digit < 10 {
            let (product, tooLarge) = time.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int64(digit))
            if tooLarge || overflow { return nil }
            time = sum
            position += 1
            digit = position.pointee &- 48
        }
        return time
    }
}
