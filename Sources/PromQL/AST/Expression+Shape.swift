extension Expression {
    /// The bytes of the query text it was parsed from.
    package var range: TextRange {
        switch self {
        case .number(let node): return node.range
        case .string(let node): return node.range
        case .vectorSelector(let node): return node.range
        case .matrixSelector(let node): return node.range
        case .subquery(let node): return node.range
        case .call(let node): return node.range
        case .aggregation(let node): return node.range
        case .binary(let node): return node.range
        case .unary(let node): return node.range
        case .parentheses(let node): return node.range
        }
    }

    package var type: ValueType {
        switch self {
        case .number: return .scalar
        case .string: return .string
        case .vectorSelector, .aggregation: return .vector
        case .matrixSelector, .subquery: return .matrix
        case .call(let node): return node.function.returnType
        case .binary(let node): return node.left.type == .scalar && node.right.type == .scalar ? .scalar : .vector
        case .unary(let node): return node.operand.type
        case .parentheses(let node): return node.inner.type
        }
    }
}

extension ValueType {
    /// The name in messages.
    package var documented: String {
        switch self {
        case .vector: return "instant vector"
        case .matrix: return "range vector"
        default: return rawValue
        }
    }
}

extension DurationExpression {
    package var range: TextRange {
        switch self {
        case .literal(_, let range), .number(_, let range), .step(let range), .range(let range),
            .negated(_, let range), .parentheses(_, let range), .binary(_, _, _, let range),
            .minimum(_, _, let range), .maximum(_, _, let range):
            return range
        }
    }
}
