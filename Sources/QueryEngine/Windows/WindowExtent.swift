/// How far the samples of a window reach, in seconds, and how far they are thought to go on: to a bound of the window
/// that is nearer than 1.1 average gaps, else half a gap.
struct WindowExtent {
    private(set) var sampled = 0.0
    private(set) var toStart = 0.0
    private(set) var toEnd = 0.0
    /// By how much the difference over the samples grows.
    private(set) var factor = 0.0

    init() {}

    @inline(__always) init(first: Int64, last: Int64, gaps: Int, start: Int64, end: Int64) {
        sampled = Double(last &- first) / 1000
        toStart = Double(first &- start) / 1000
        toEnd = Double(end &- last) / 1000
        let gap = sampled / Double(gaps)
        let threshold = gap * 1.1
        if toStart >= threshold { toStart = gap / 2 }
        if toEnd >= threshold { toEnd = gap / 2 }
        factor = (sampled + toStart + toEnd) / sampled
    }

    /// Beyond any rounding of the numbers that it is used to compare.
    static var margin: Double { 1.000001 }

    /// The factor for a counter, which is not thought to go back below its zero.
    @inline(__always) func factor(firstValue: Double, difference: Double) -> Double {
        // The usual case, without a division.
        if isFarFromZero(firstValue: firstValue, difference: difference) { return factor }
        let toZero = sampled * (firstValue / difference)
        return toZero < toStart ? (sampled + toZero + toEnd) / sampled : factor
    }

    /// A counter's zero surely does not bound the extrapolation, or it has none.
    @inline(__always) func isFarFromZero(firstValue: Double, difference: Double) -> Bool {
        !(difference > 0 && firstValue >= 0) || firstValue * sampled > difference * toStart * Self.margin
    }
}
