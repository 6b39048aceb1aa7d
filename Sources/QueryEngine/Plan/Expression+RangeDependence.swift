import PromQL

extension Expression {
    /// The value at a step may be another one when the query begins or ends elsewhere.
    var dependsOnRange: Bool {
        switch self {
        case .number, .string: return false
        case .vectorSelector(let selector): return selector.modifiers.dependOnRange
        case .matrixSelector(let matrix):
            return matrix.window.dependsOnRange || matrix.selector.modifiers.dependOnRange
        case .subquery(let subquery):
            return subquery.window.dependsOnRange || subquery.step?.dependsOnRange ?? false
                || subquery.modifiers.dependOnRange || subquery.inner.dependsOnRange
        case .parentheses(let parentheses): return parentheses.inner.dependsOnRange
        case .unary(let unary): return unary.operand.dependsOnRange
        case .binary(let binary): return binary.left.dependsOnRange || binary.right.dependsOnRange
        case .aggregation(let aggregation):
            return aggregation.argument.dependsOnRange || aggregation.parameter?.dependsOnRange ?? false
        case .call(let call):
            // The step is 0 where the query has only one.
            return ["start", "end", "range", "step"].contains(call.function.name)
                || call.arguments.contains(where: \.dependsOnRange)
        }
    }
}

extension SelectorModifiers {
    fileprivate var dependOnRange: Bool { at == .start || at == .end || offset?.dependsOnRange ?? false }
}

extension DurationExpression {
    fileprivate var dependsOnRange: Bool {
        switch self {
        case .literal, .number, .step: return false
        case .range: return true
        case .negated(let inner, _), .parentheses(let inner, _): return inner.dependsOnRange
        case .binary(_, let left, let right, _), .minimum(let left, let right, _), .maximum(let left, let right, _):
            return left.dependsOnRange || right.dependsOnRange
        }
    }
}
