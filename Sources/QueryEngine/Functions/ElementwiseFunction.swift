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
    func apply(
        to columns: inout SeriesColumns, parameters: [[Double]], _ limits: QueryLimits
    ) throws(QueryError) {
        switch self {
        case .negate: try columns.transform(limits) { -$0 }
        case .abs: try columns.transform(limits) { $0.magnitude }
        case .ceil: try columns.transform(limits) { $0.rounded(.up) }
        case .floor: try columns.transform(limits) { $0.rounded(.down) }
        case .sqrt: try columns.transform(limits) { $0.squareRoot() }
        case .sgn: try columns.transform(limits) { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 }
        case .exp: try columns.transform(limits, Mathematics.exp)
        case .ln: try columns.transform(limits, Mathematics.log)
        case .log2: try columns.transform(limits, Mathematics.log2)
        case .log10: try columns.transform(limits, Mathematics.log10)
        case .rad: try columns.transform(limits) { $0 * .pi / 180 }
        case .deg: try columns.transform(limits) { $0 * 180 / .pi }
        case .round, .clamp, .clampMin, .clampMax: try applyParameters(to: &columns, parameters, limits)
        case .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh, .atanh:
            try applyTrigonometry(to: &columns, limits)
        default: try columns.transform(limits) { Calendar.field(self, $0) }
        }
    }

    private func applyTrigonometry(to columns: inout SeriesColumns, _ limits: QueryLimits) throws(QueryError) {
        switch self {
        case .sin: try columns.transform(limits, Mathematics.sin)
        case .cos: try columns.transform(limits, Mathematics.cos)
        case .tan: try columns.transform(limits, Mathematics.tan)
        case .asin: try columns.transform(limits, Mathematics.asin)
        case .acos: try columns.transform(limits, Mathematics.acos)
        case .atan: try columns.transform(limits, Mathematics.atan)
        case .sinh: try columns.transform(limits, Mathematics.sinh)
        case .cosh: try columns.transform(limits, Mathematics.cosh)
        case .tanh: try columns.transform(limits, Mathematics.tanh)
        case .asinh: try columns.transform(limits, Mathematics.asinh)
        case .acosh: try columns.transform(limits, Mathematics.acosh)
        default: try columns.transform(limits, Mathematics.atanh)
        }
    }

    private func applyParameters(
        to columns: inout SeriesColumns, _ parameters: [[Double]], _ limits: QueryLimits
    ) throws(QueryError) {
        if self == .round {
            return try columns.transformSteps(limits) { value, step in
                // The inverse loses fewer digits for the usual 0.1 and 0.01.
                let inverse = 1 / (parameters.first?[step] ?? 1)
                return (value * inverse + 0.5).rounded(.down) / inverse
            }
        }
        let lower = self == .clampMax ? nil : parameters[0]
        let upper = self == .clampMin ? nil : parameters[self == .clamp ? 1 : 0]
        try columns.transformSteps(limits) { value, step in
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
