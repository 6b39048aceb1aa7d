import PromQL

/// What the step-invariance check does to an expression.
extension PromQL.Expression {
    /// True when a function of one of these names is called anywhere.
    func calls(_ names: Set<String>) -> Bool {
        switch self {
        case .number, .string, .vectorSelector, .matrixSelector: return false
        case .subquery(let node): return node.inner.calls(names)
        case .call(let node):
            return names.contains(node.function.name) || node.arguments.contains { $0.calls(names) }
        case .aggregation(let node): return node.argument.calls(names) || node.parameter?.calls(names) ?? false
        case .binary(let node): return node.left.calls(names) || node.right.calls(names)
        case .unary(let node): return node.operand.calls(names)
        case .parentheses(let node): return node.inner.calls(names)
        }
    }

    /// Puts `@ time` on every selector and outer subquery that names no time.
    func pinned(to time: Int64) -> PromQL.Expression {
        switch self {
        case .number, .string: return self
        case .vectorSelector(var node):
            node.modifiers.pin(to: time)
            return .vectorSelector(node)
        case .matrixSelector(var node):
            node.selector.modifiers.pin(to: time)
            return .matrixSelector(node)
        case .subquery(var node):
            // Inside, times are relative to the subquery's.
            node.modifiers.pin(to: time)
            return .subquery(node)
        case .call(var node):
            node.arguments = node.arguments.map { $0.pinned(to: time) }
            return .call(node)
        case .aggregation(var node):
            node.argument = node.argument.pinned(to: time)
            node.parameter = node.parameter?.pinned(to: time)
            return .aggregation(node)
        case .binary(var node):
            node.left = node.left.pinned(to: time)
            node.right = node.right.pinned(to: time)
            return .binary(node)
        case .unary(var node):
            node.operand = node.operand.pinned(to: time)
            return .unary(node)
        case .parentheses(var node):
            node.inner = node.inner.pinned(to: time)
            return .parentheses(node)
        }
    }
}

extension SelectorModifiers {
    fileprivate mutating func pin(to time: Int64) {
        if case .time = at { return }
        at = .time(time)
    }
}
