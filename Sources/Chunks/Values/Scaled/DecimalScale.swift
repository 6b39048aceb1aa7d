/// Integers that stand for values with up to `exponent` decimals: a value is its integer divided by a power of ten.
/// The quotient is correctly rounded, so every decimal number that a program printed or parsed comes back bit by bit;
/// whether a value does is tried, not reasoned about.
struct DecimalScale {
    /// The powers of ten that the codec byte has room for; all are exact.
    static let powers: [16 of Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
    static let largestExponent = 15

    let exponent: Int
    let power: Double

    /// `exponent` is at most `largestExponent`.
    init(exponent: Int) {
        self.exponent = exponent
        power = Self.powers[exponent]
    }

    @inline(__always) func value(_ integer: Int64) -> Double { Double(integer) / power }

    /// An integer that is right if `value` of it has the bits of what was asked for, which the caller checks. Adding
    /// 1.5 * 2^52 rounds to an integer that then stands in the lowest 51 bits.
    @inline(__always) func candidate(_ value: Double) -> Int64 {
        let shifter = 0x1.8p52
        return Int64(bitPattern: (value * power + shifter).bitPattern &- shifter.bitPattern)
    }

    /// The integer that gives a value back bit by bit.
    func integer(_ value: Double) -> Int64? {
        var integer = candidate(value)
        if exponent == 0 && value.magnitude >= 0x1p51 && value.magnitude < 0x1p62 { integer = Int64(value) }
        return self.value(integer).bitPattern == value.bitPattern ? integer : nil
    }

    /// The smallest scale for a value whose exponent is at least `exponent`.
    static func smallest(for value: Double, from exponent: Int = 0) -> DecimalScale? {
        if !value.isFinite { return nil }
        for exponent in exponent..<max(largestExponent + 1, exponent) {
            let scale = DecimalScale(exponent: exponent)
            if scale.integer(value) != nil { return scale }
            // Larger powers only move the value out of the range of `candidate`.
            if value.magnitude * scale.power >= 0x1p51 { return nil }
        }
        return nil
    }

    /// Turns a column into integers. Values that no integer gives back get the integer before them, and their rows
    /// are reported as exceptions, in ascending order. Nil if those would be more than one in 16.
    static func fit(
        _ values: UnsafeBufferPointer<Double>, into integers: UnsafeMutablePointer<Int64>, exceptions: inout [Int]
    ) -> DecimalScale? {
        guard var scale = probe(values) else { return nil }
        while true {
            exceptions.removeAll(keepingCapacity: true)
            guard let larger = scale.fill(integers, from: values, &exceptions) else { return nil }
            if larger.exponent == scale.exponent { return scale }
            scale = larger
        }
    }

    /// The largest scale that some values, spread over the column, need; nil if most of them have none.
    private static func probe(_ values: UnsafeBufferPointer<Double>) -> DecimalScale? {
        var scale = DecimalScale(exponent: 0)
        var misses = 0
        var hits = 0
        for index in stride(from: 0, to: values.count, by: max(1, values.count / 8)) {
            if let needed = smallest(for: values[index], from: scale.exponent) {
                scale = needed
                hits += 1
            } else {
                misses += 1
                if misses > hits + 1 { return nil }
            }
        }
        return scale
    }

    /// Fills in the integers at this scale. Returns this scale, a larger one that more values need, or nil if there
    /// are too many exceptions.
    private func fill(
        _ integers: UnsafeMutablePointer<Int64>, from values: UnsafeBufferPointer<Double>, _ exceptions: inout [Int]
    ) -> DecimalScale? {
        let allowed = max(1, values.count / 16)
        var needed = self
        var previous: Int64 = 0
        for index in 0..<values.count {
            let value = values[index]
            let integer = candidate(value)
            if self.value(integer).bitPattern == value.bitPattern {
                previous = integer
            } else if let integer = self.integer(value) {
                previous = integer
            } else {
                exceptions.append(index)
                if let larger = Self.smallest(for: value, from: needed.exponent) { needed = larger }
                if exceptions.count > allowed { return needed.exponent > exponent ? needed : nil }
            }
            integers[index] = previous
        }
        return self
    }
}
