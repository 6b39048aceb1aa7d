import Model

/// Numbers for people: six digits that matter.
enum ShortNumber {
    private static let digits = 6

    /// Whole numbers stay whole up to fifteen digits.
    static func text(_ value: Double) -> String {
        let magnitude = value.magnitude
        if !value.isFinite || magnitude == 0 { return FloatText.plain(value) }
        if magnitude < 1e15, magnitude == magnitude.rounded() { return FloatText.plain(value) }
        return FloatText.general(rounded(value))
    }

    private static func rounded(_ value: Double) -> Double {
        let places = digits - 1 - decimalExponent(value)
        // Beyond 10^22 powers of ten are not exact any more.
        if places < 0 { return value.rounded() }
        guard places <= 22 else { return value }
        let scale = powerOfTen(places)
        return (value * scale).rounded() / scale
    }

    /// The power of ten of the first digit: 0 for 1...9.99, -1 for 0.1.
    static func decimalExponent(_ value: Double) -> Int {
        var exponent = 0
        var rest = value.magnitude
        guard rest > 0, rest.isFinite else { return 0 }
        while rest >= 10 {
            rest /= 10
            exponent += 1
        }
        while rest < 1 {
            rest *= 10
            exponent -= 1
        }
        return exponent
    }

    static func powerOfTen(_ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent.magnitude { result *= 10 }
        return exponent < 0 ? 1 / result : result
    }
}
