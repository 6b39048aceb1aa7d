/// Looks at all neighbours of a run of values, eight pairs at once.
enum PairScan {
    private static let width = 8

    /// Whether something holds for each value from `low` on and the one behind it, up to the one before `high`. `pairs`
    /// and `one` ask the same of several pairs and of one.
    @inline(__always) static func allHold(
        _ values: UnsafePointer<Double>, _ low: Int, _ high: Int,
        _ pairs: (SIMD8<Double>, SIMD8<Double>) -> SIMDMask<SIMD8<Int64>>, one: (Double, Double) -> Bool
    ) -> Bool {
        let bytes = UnsafeRawPointer(values)
        var row = low
        var held = SIMDMask<SIMD8<Int64>>(repeating: true)
        while row &+ width < high {
            let first = bytes.loadUnaligned(fromByteOffset: 8 &* row, as: SIMD8<Double>.self)
            let second = bytes.loadUnaligned(fromByteOffset: 8 &* row &+ 8, as: SIMD8<Double>.self)
            held .&= pairs(first, second)
            row &+= width
        }
        if held != SIMDMask(repeating: true) { return false }
        while row &+ 1 < high {
            if !one(values[row], values[row &+ 1]) { return false }
            row &+= 1
        }
        return true
    }
}
