import Model
import Platform
import PromQL

/// Binary operators on numbers.
enum ScalarOperation {
    /// Arithmetic; comparisons give 1 or 0.
    static func apply(_ operation: BinaryOperator, _ left: Double, _ right: Double) -> Double {
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide: return left / right
        case .modulo: return left.truncatingRemainder(dividingBy: right)
        case .power: return Mathematics.power(left, right)
        case .atan2: return Mathematics.atan2(left, right)
        case .equal: return left == right ? 1 : 0
        case .notEqual: return left != right ? 1 : 0
        case .less: return left < right ? 1 : 0
        case .lessOrEqual: return left <= right ? 1 : 0
        case .greater: return left > right ? 1 : 0
        case .greaterOrEqual: return left >= right ? 1 : 0
        case .and, .or, .unless, .trimUpper, .trimLower: return .ordinaryNaN
        }
    }
}
