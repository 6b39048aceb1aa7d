import Model

/// What stands between a binary operator and its right side, and the typing rules of binary expressions.
extension ExpressionParser {
    struct BinaryModifiers {
        var returnsBool = false
        var matching = VectorMatching()
    }

    mutating func binaryModifiers() throws(ParseError) -> BinaryModifiers {
        var modifiers = BinaryModifiers()
        modifiers.returnsBool = try reader.take(.keyword(.bool))
        let word = try reader.peek().kind
        if word == .keyword(.on) || word == .keyword(.ignoring) {
            _ = try reader.next()
            modifiers.matching.isOn = word == .keyword(.on)
            modifiers.matching.labels = try groupingLabels()
            if try reader.take(.keyword(.groupLeft)) {
                modifiers.matching.cardinality = .manyToOne
            } else if try reader.take(.keyword(.groupRight)) {
                modifiers.matching.cardinality = .oneToMany
            }
            if modifiers.matching.cardinality != .oneToOne, try reader.peek().kind == .leftParenthesis {
                modifiers.matching.include = try groupingLabels()
            }
        }
        try fillModifiers(&modifiers.matching)
        return modifiers
    }

    private mutating func fillModifiers(_ matching: inout VectorMatching) throws(ParseError) {
        if try reader.take(.keyword(.fill)) {
            matching.fillLeft = try fillValue()
            matching.fillRight = matching.fillLeft
        } else if try reader.take(.keyword(.fillLeft)) {
            matching.fillLeft = try fillValue()
            if try reader.take(.keyword(.fillRight)) { matching.fillRight = try fillValue() }
        } else if try reader.take(.keyword(.fillRight)) {
            matching.fillRight = try fillValue()
            if try reader.take(.keyword(.fillLeft)) { matching.fillLeft = try fillValue() }
        }
    }

    private mutating func fillValue() throws(ParseError) -> Double {
        guard try reader.take(.leftParenthesis) else { throw try unexpected() }
        let isNegative = try reader.take(.binary(.subtract))
        if !isNegative { _ = try reader.take(.binary(.add)) }
        let kind = try reader.peek().kind
        guard kind == .number || kind == .duration else { throw try unexpected() }
        let value = try number().value
        guard try reader.take(.rightParenthesis) else { throw try unexpected() }
        return isNegative ? -value : value
    }

    func binary(
        _ operation: BinaryOperator, _ modifiers: BinaryModifiers, _ left: Node, _ right: Node
    ) throws(ParseError) -> Node {
        let range = TextRange(left.range.start, right.range.end)
        let hasFill = modifiers.matching.fillLeft != nil || modifiers.matching.fillRight != nil
        if hasFill, !options.fillModifiers {
            throw reader.error("binop fill modifiers are experimental and not enabled", range)
        }
        var node = BinaryOperation(
            operation: operation, left: left.expression, right: right.expression,
            returnsBool: modifiers.returnsBool, range: range)
        let problem = left.problem ?? right.problem ?? violation(of: node, modifiers.matching, left, right)
        if left.type == .vector, right.type == .vector {
            node.matching = modifiers.matching
            if operation.isSet { node.matching?.cardinality = .manyToMany }
        }
        let type: ValueType = left.type == .scalar && right.type == .scalar ? .scalar : .vector
        return try checked(
            Node(.binary(node), type, depth: max(left.depth, right.depth) + 1, problem: problem))
    }

    /// The typing rules, in the order Prometheus checks them.
    private func violation(
        of node: BinaryOperation, _ matching: VectorMatching, _ left: Node, _ right: Node
    ) -> ParseError? {
        let operation = node.operation
        let hasScalar = left.type == .scalar || right.type == .scalar
        if node.returnsBool, !operation.isComparison {
            return operatorError("bool modifier can only be used on comparison operators", left, right)
        }
        if operation.isComparison, !node.returnsBool, left.type == .scalar, right.type == .scalar {
            return operatorError("comparisons between scalars must use BOOL modifier", left, right)
        }
        if matching.isOn, let label = matching.labels.first(where: { matching.include.contains($0) }) {
            return operatorError(
                "label \(GoText.quoted(label)) must not occur in ON and GROUP clause at once", left, right)
        }
        for side in [left, right] where side.type != .scalar && side.type != .vector {
            return reader.error(
                "binary expression must contain only scalar and instant vector types", side.range)
        }
        let hasFill = matching.fillLeft != nil || matching.fillRight != nil
        if hasScalar {
            if !matching.labels.isEmpty {
                return reader.error("vector matching only allowed between instant vectors", node.range)
            }
            if hasFill {
                return reader.error(
                    "filling in missing series only allowed between instant vectors", node.range)
            }
        }
        guard operation.isSet else { return nil }
        let name = GoText.quoted(operation.rawValue)
        if hasScalar {
            return reader.error("set operator \(name) not allowed in binary scalar expression", node.range)
        }
        if matching.cardinality != .oneToOne {
            return reader.error("no grouping allowed for \(name) operation", node.range)
        }
        return hasFill ? reader.error("filling in missing series not allowed for set operators", node.range) : nil
    }

    /// An error about the operator and its modifiers: the text between the two sides.
    private func operatorError(_ message: String, _ left: Node, _ right: Node) -> ParseError {
        var start = left.range.end
        while Lexer.isSpace(reader.byte(at: start)) { start += 1 }
        var end = right.range.start - 1
        while Lexer.isSpace(reader.byte(at: end)) { end -= 1 }
        return reader.error(message, TextRange(start, end))
    }
}
