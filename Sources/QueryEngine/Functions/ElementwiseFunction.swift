import Model
import Platform

/// Functions of each number on its own.
enum ElementwiseFunction {
    case negate
    case abs, ceil, floor, exp, sqrt, ln, log2, log10, sgn
    case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh
    case rad, deg
    case round, clamp, clampMin, clampMax
    case minute, hour, dayOfWeek, dayOfMonth, dayOfYear, daysInMonth, month, year

    /// Changes the numbers in place. `parameters` hold one number per step each.
    func apply(to columns: inout SeriesColumns, parameters: [[Double]]) {
        switch self {
        case .negate: columns.transform { -$0 }
        case .abs: columns.transform { $0.magnitude }
        case .ceil: columns.transform { $0.rounded(.up) }
        case .floor: columns.transform { $0.rounded(.down) }
        case .sqrt: columns.transform { $0.squareRoot() }
        case .sgn: columns.transform { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 }
        case .exp: columns.transform(Mathematics.exp)
        case .ln: columns.transform(Mathematics.log)
        case .log2: columns.transform(Mathematics.log2)
        case .log10: columns.transform(Mathematics.log10)
        case .rad: columns.transform { $0 * .pi / 180 }
        case .deg: columns.transform { $0 * 180 / .pi }
        case .round, .clamp, .clampMin, .clampMax: applyParameters(to: &columns, parameters)
        case .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh, .atanh:
            applyTrigonometry(to: &columns)
        default: columns.transform { Calendar.field(self, $0) }
        }
    }

    private func applyTrigonometry(to columns: inout SeriesColumns) {
        switch self {
        case .sin: columns.transform(Mathematics.sin)
        case .cos: columns.transform(Mathematics.cos)
        case .tan: columns.transform(Mathematics.tan)
        case .asin: columns.transform(Mathematics.asin)
        case .acos: columns.transform(Mathematics.acos)
        case .atan: columns.transform(Mathematics.atan)
        case .sinh: columns.transform(Mathematics.sinh)
        case .cosh: columns.transform(Mathematics.cosh)
        case .tanh: columns.transform(Mathematics.tanh)
        case .asinh: columns.transform(Mathematics.asinh)
        case .acosh: columns.transform(Mathematics.acosh)
        default: columns.transform(Mathematics.atanh)
        }
    }

    private func applyParameters(to columns: inout SeriesColumns, _ parameters: [[Double]]) {
        if self == .round {
            return columns.transformSteps { value, step in
                // The inverse loses fewer digits for the usual 0.1 and 0.01.
                let inverse = 1 / (parameters.first?[step] ?? 1)
                return (value * inverse + 0.5).rounded(.down) / inverse
            }
        }
        let lower = self == .clampMax ? nil : parameters[0]
        let upper = self == .clampMin ? nil : parameters[self == .clamp ? 1 : 0]
        columns.transformSteps { value, step in
            let low = lower?[step] ?? -.infinity
            let high = upper?[step] ?? .infinity
            if high < low { return .absent }
            return Self.larger(low, Self.smaller(high, value))
        }
    }

    /// The larger one; NaN when one of them is.
    static func larger(_ a: Double, _ b: Double) -> Double {
        if a.isNaN || b.isNaN { return a == .infinity || b == .infinity ? .infinity : .ordinaryNaN }
        return a > b || (a == b && a.sign == .plus) ? a : b
    }

    /// The smaller one; NaN when one of them is.
    static func smaller(_ a: Double, _ b: Double) -> Double {
        if a.isNaN || b.isNaN { return a == -.infinity || b == -.infinity ? -.infinity : .ordinaryNaN }
        return a < b || (a == b && a.sign == .minus) ? a : b
    }
}
