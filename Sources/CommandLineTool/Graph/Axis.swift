import Model

/// A value axis whose ticks are 1, 2 or 5 times a power of ten apart.
struct ValueAxis {
    var lower: Double
    var upper: Double
    var step: Double
    /// As many as there are from `lower` to `upper`.
    var ticks: [Double]

    /// Covers the values with at most `count` steps (and at least one).
    init(covering values: ClosedRange<Double>, steps count: Int) {
        var low = values.lowerBound
        var high = values.upperBound
        if low == high {
            // A flat line lies in the middle, or on the ground when it is zero.
            let margin = low == 0 ? 1 : low.magnitude / 2
            low = low == 0 ? 0 : low - margin
            high += margin
        }
        // Differences of huge values may not fit a double.
        let rough = max(high / Double(count) - low / Double(count), .leastNormalMagnitude)
        let power = ShortNumber.powerOfTen(ShortNumber.decimalExponent(rough))
        step = ([1, 2, 5, 10].first { $0 * power >= rough * 0.999_999 } ?? 10) * power
        lower = (low / step).rounded(.down) * step
        upper = (high / step).rounded(.up) * step
        var all: [Double] = []
        // By multiplication: repeated addition would gather errors.
        var index = 0.0
        while lower + index * step <= upper + step / 2, all.count < 1000 {
            all.append(lower + index * step)
            index += 1
        }
        ticks = all
    }

    /// One label per tick, all with the same unit and number of decimals.
    var labels: [String] {
        let largest = max(lower.magnitude, upper.magnitude)
        let units: [(scale: Double, suffix: String)] = [
            (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "u"), (1e-9, "n"),
        ]
        guard largest < 1e16, largest >= 1e-9 else { return ticks.map { FloatText.general($0) } }
        // Small thousands are more readable as they are.
        let unit =
            largest >= 1 && largest < 10_000
            ? (scale: 1, suffix: "") : units.first { largest >= $0.scale } ?? (scale: 1, suffix: "")
        let decimals = max(0, -ShortNumber.decimalExponent(step / unit.scale * 1.000_001))
        return ticks.map { Self.fixed($0 / unit.scale, decimals: decimals) + ($0 == 0 ? "" : unit.suffix) }
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = ShortNumber.powerOfTen(decimals)
        let whole = (value.magnitude * scale).rounded()
        guard whole < 9e15 else { return FloatText.general(value) }
        let digits = String(Int64(whole))
        let sign = value < 0 && whole > 0 ? "-" : ""
        if decimals == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}

/// A time axis with ticks on round times. Milliseconds.
struct TimeAxis {
    var start: Int64
    var end: Int64
    var step: Int64
    var ticks: [Int64]

    private static let steps: [Int64] =
        [1, 2, 5, 10, 15, 30].map { $0 * 1000 } + [1, 2, 5, 10, 15, 30].map { $0 * 60_000 }
        + [1, 2, 3, 6, 12].map { $0 * 3_600_000 } + [1, 2, 7, 14, 30, 90, 365].map { $0 * 86_400_000 }

    /// The finest step whose labels fit into `columns` with two blanks between them.
    init(start: Int64, end: Int64, columns: Int) {
        self.start = start
        self.end = max(end, start + 1)
        let span = self.end - start
        step =
            Self.steps.first { step in
                let label = TimeLabel.tick(start, step: step, span: span).count + 2
                return (span / step + 1) * Int64(label) <= Int64(columns)
            } ?? Self.steps.last.map { max($0, span) } ?? span
        var tick = TimeText.divide(start + step - 1, step).quotient * step
        ticks = []
        while tick <= end {
            ticks.append(tick)
            tick += step
        }
    }
}
