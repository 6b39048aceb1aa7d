import Model
import PromQL

extension PromQL.Expression {
    /// Expressions of the same type with one node replaced by a simpler one.
    func simplified() -> [PromQL.Expression] {
        var result = withoutExtras()
        result += descendants().filter { $0.type == type }
        if type == .scalar { result.append(.number(NumberLiteral(value: 1, range: range))) }
        for (index, child) in children.enumerated() {
            result += child.simplified().map { replacingChild(index, $0) }
        }
        return result
    }

    func descendants() -> [PromQL.Expression] { children.flatMap { [$0] + $0.descendants() } }

    /// Without the parentheses around it.
    var bare: PromQL.Expression {
        if case .parentheses(let node) = self { return node.inner.bare }
        return self
    }

    var children: [PromQL.Expression] {
        switch self {
        case .number, .string, .vectorSelector, .matrixSelector: return []
        case .subquery(let node): return [node.inner]
        case .call(let node): return node.arguments
        case .aggregation(let node): return [node.argument] + (node.parameter.map { [$0] } ?? [])
        case .binary(let node): return [node.left, node.right]
        case .unary(let node): return [node.operand]
        case .parentheses(let node): return [node.inner]
        }
    }

    func replacingChild(_ index: Int, _ child: PromQL.Expression) -> PromQL.Expression {
        switch self {
        case .number, .string, .vectorSelector, .matrixSelector: return self
        case .subquery(var node):
            node.inner = child
            return .subquery(node)
        case .call(var node):
            node.arguments[index] = child
            return .call(node)
        case .aggregation(var node):
            if index == 0 { node.argument = child } else { node.parameter = child }
            return .aggregation(node)
        case .binary(var node):
            if index == 0 { node.left = child } else { node.right = child }
            return .binary(node)
        case .unary(var node):
            node.operand = child
            return .unary(node)
        case .parentheses(var node):
            node.inner = child
            return .parentheses(node)
        }
    }

    /// Without modifiers, grouping or matching, or with one matcher more.
    private func withoutExtras() -> [PromQL.Expression] {
        switch self {
        case .vectorSelector(let node): return Self.simpler(node).map { .vectorSelector($0) }
        case .matrixSelector(let node):
            return Self.simpler(node.selector).map {
                .matrixSelector(MatrixSelector(selector: $0, window: node.window, range: node.range))
            }
        case .subquery(var node):
            node.modifiers = SelectorModifiers()
            return [.subquery(node)]
        case .aggregation(var node):
            node.grouping = []
            node.isWithout = false
            return [.aggregation(node)]
        case .binary(var node):
            node.matching = nil
            return [.binary(node)]
        default: return []
        }
    }

    private static func simpler(_ selector: VectorSelector) -> [VectorSelector] {
        var plain = selector
        plain.modifiers = SelectorModifiers()
        var fewer: [VectorSelector] = [plain]
        for index in selector.matchers.indices where selector.matchers[index].name != "__name__" {
            var one = selector
            one.matchers.remove(at: index)
            fewer.append(one)
        }
        return fewer
    }
}
