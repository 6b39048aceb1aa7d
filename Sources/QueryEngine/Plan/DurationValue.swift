import Model
import Platform
import PromQL

/// The value of a written duration, once the query's step and range are known.
struct DurationValue {
    /// Seconds; 0 in an instant query.
    let step: Double
    let range: Double

    /// Milliseconds. Only offsets may be zero or negative.
    func milliseconds(
        _ duration: DurationExpression, allowsNegative: Bool
    ) throws(QueryError) -> Int64 {
        if case .literal(let milliseconds, let range) = duration {
            if milliseconds <= 0, !allowsNegative { throw Self.failure(range, "duration must be greater than 0") }
            return milliseconds
        }
        let position = duration.range
        let value = try seconds(duration)
        if !value.isFinite { throw Self.failure(position, "duration is NaN or infinite") }
        if value <= 0, !allowsNegative { throw Self.failure(position, "duration must be greater than 0") }
        // 63 bits of nanoseconds.
        if value.magnitude > 9_223_372_036 { throw Self.failure(position, "duration is out of range") }
        return Int64(value * 1000)
    }

    private func seconds(_ duration: DurationExpression) throws(QueryError) -> Double {
        switch duration {
        case .literal(let milliseconds, _): return Double(milliseconds) / 1000
        case .number(let value, _): return value
        case .step: return step
        case .range: return range
        case .negated(let inner, _): return -(try seconds(inner))
        case .parentheses(let inner, _): return try seconds(inner)
        case .minimum(let left, let right, _):
            return ElementwiseFunction.smaller(try seconds(left), try seconds(right))
        case .maximum(let left, let right, _):
            return ElementwiseFunction.larger(try seconds(left), try seconds(right))
        case .binary(let operation, let left, let right, let range):
            let (a, b) = (try seconds(left), try seconds(right))
            if b == 0, operation == .divide { throw Self.failure(range, "division by zero") }
            if b == 0, operation == .modulo { throw Self.failure(range, "modulo by zero") }
            return ScalarOperation.apply(operation, a, b)
        }
    }

    private static func failure(_ range: TextRange, _ reason: String) -> QueryError {
        .badParameter("\(range.start):\(range.end): \(reason)")
    }
}
