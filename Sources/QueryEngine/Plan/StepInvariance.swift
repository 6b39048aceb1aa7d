import PromQL

extension Expression {
    /// The value is the same at every step: all times in it are fixed by `@`.
    var isStepInvariant: Bool {
        switch self {
        case .number, .string: return true
        case .vectorSelector(let selector): return selector.modifiers.at != nil
        case .matrixSelector(let selector): return selector.selector.modifiers.at != nil
        case .subquery(let subquery): return subquery.modifiers.at != nil
        case .parentheses(let parentheses): return parentheses.inner.isStepInvariant
        case .unary(let unary): return unary.operand.isStepInvariant
        case .binary(let binary): return binary.left.isStepInvariant && binary.right.isStepInvariant
        case .aggregation(let aggregation):
            return aggregation.argument.isStepInvariant && aggregation.parameter?.isStepInvariant ?? true
        case .call(let call):
            if call.function.name == "timestamp", case .vectorSelector = call.arguments.first?.unwrapped {
                return call.arguments.allSatisfy(\.isStepInvariant)
            }
            return !FunctionImplementation.timeDependent.contains(call.function.name)
                && call.arguments.allSatisfy(\.isStepInvariant)
        }
    }

    /// Without parentheses around it.
    var unwrapped: Expression {
        if case .parentheses(let parentheses) = self { return parentheses.inner.unwrapped }
        return self
    }
}
