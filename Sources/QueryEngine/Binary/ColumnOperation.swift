import Model
import PromQL

/// What a comparison leaves of a pair of numbers.
enum ComparisonResult {
    /// The left number where the comparison holds, nothing elsewhere.
    case left
    /// The right number where it holds.
    case right
    /// 1 or 0 (`bool`).
    case flag
}

/// Binary operators over runs of numbers. The operator is looked at once per run.
enum ColumnOperation {
    /// Writes one number per step into `out`: absent where one of the sides is. `out` may be one of the sides.
    static func apply(
        _ operation: BinaryOperator, _ comparison: ComparisonResult, _ left: UnsafePointer<Double>,
        _ right: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, steps: Int
    ) {
        switch operation {
        case .add: arithmetic(left, right, out, steps) { $0 + $1 }
        case .subtract: arithmetic(left, right, out, steps) { $0 - $1 }
        case .multiply: arithmetic(left, right, out, steps) { $0 * $1 }
        case .divide: arithmetic(left, right, out, steps) { $0 / $1 }
        case .equal: compare(left, right, out, steps, comparison) { $0 == $1 }
        case .notEqual: compare(left, right, out, steps, comparison) { $0 != $1 }
        case .less: compare(left, right, out, steps, comparison) { $0 < $1 }
        case .lessOrEqual: compare(left, right, out, steps, comparison) { $0 <= $1 }
        case .greater: compare(left, right, out, steps, comparison) { $0 > $1 }
        case .greaterOrEqual: compare(left, right, out, steps, comparison) { $0 >= $1 }
        default: arithmetic(left, right, out, steps) { ScalarOperation.apply(operation, $0, $1) }
        }
    }

    @inline(__always) private static func arithmetic(
        _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>,
        _ steps: Int, _ body: (Double, Double) -> Double
    ) {
        for step in 0..<steps {
            let (a, b) = (left[step], right[step])
            out[step] = a.isAbsent || b.isAbsent ? .absent : body(a, b)
        }
    }

    @inline(__always) private static func compare(
        _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>,
        _ steps: Int, _ result: ComparisonResult, _ holds: (Double, Double) -> Bool
    ) {
        for step in 0..<steps {
            let (a, b) = (left[step], right[step])
            if a.isAbsent || b.isAbsent {
                out[step] = .absent
                continue
            }
            let isTrue = holds(a, b)
            switch result {
            case .left: out[step] = isTrue ? a : .absent
            case .right: out[step] = isTrue ? b : .absent
            case .flag: out[step] = isTrue ? 1 : 0
            }
        }
    }
}
