import Model

/// What may follow an expression: windows, `offset`, `@`, `anchored`, `smoothed`.
extension ExpressionParser {
    mutating func modified(_ expression: Node) throws(ParseError) -> Node {
        var node = expression
        while true {
            switch try reader.peek().kind {
            case .leftBracket: node = try window(node)
            case .keyword(.offset): node = try offset(node)
            case .at: node = try at(node)
            case .keyword(.anchored): node = try extended(node, .anchored)
            case .keyword(.smoothed): node = try extended(node, .smoothed)
            default: return node
            }
        }
    }

    /// `[window]` or `[window:step]`
    private mutating func window(_ node: Node) throws(ParseError) -> Node {
        let open = try reader.next()
        let window = try positiveDuration(
            in: "subquery or range selector", expected: "number, duration, step(), or range()")
        if try reader.take(.rightBracket) {
            return try matrix(node, window, TextRange(open.range.start, reader.end))
        }
        guard try reader.take(.colon) else {
            throw try reader.unexpected(in: "subquery or range", expected: "\":\" or \"]\"")
        }
        var step: DurationExpression?
        if try !reader.take(.rightBracket) {
            step = try positiveDuration(
                in: "subquery selector", expected: "number, duration, step(), range(), or \"]\"")
            guard try reader.take(.rightBracket) else {
                throw try reader.unexpected(in: "subquery selector", expected: "\"]\"")
            }
        }
        let range = TextRange(node.range.start, reader.end)
        var problem = node.problem
        if problem == nil, node.type != .vector {
            problem = reader.error(
                "subquery is only allowed on instant vector, got \(node.type.rawValue) instead", range)
        }
        let subquery = Subquery(inner: node.expression, window: window, step: step, range: range)
        return try checked(Node(.subquery(subquery), .matrix, depth: node.depth + 1, problem: problem))
    }

    private func matrix(
        _ node: Node, _ window: DurationExpression, _ brackets: TextRange
    ) throws(ParseError) -> Node {
        guard case .vectorSelector(let selector) = node.expression else {
            throw reader.error("ranges only allowed for vector selectors", brackets)
        }
        if selector.modifiers.offset != nil {
            throw reader.error("no offset modifiers allowed before range", brackets)
        }
        if selector.modifiers.at != nil {
            throw reader.error("no @ modifiers allowed before range", brackets)
        }
        let matrix = MatrixSelector(
            selector: selector, window: window, range: TextRange(selector.range.start, brackets.end))
        return Node(.matrixSelector(matrix), .matrix, depth: 2, problem: node.problem)
    }

    private mutating func offset(_ node: Node) throws(ParseError) -> Node {
        _ = try reader.next()
        let offset = try offsetDuration()
        guard var modifiers = node.expression.modifiers else {
            throw reader.error(
                "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
                node.range)
        }
        if modifiers.offset != nil { throw reader.error("offset may not be set multiple times", node.range) }
        if case .literal(0, _) = offset { return replacing(modifiers, of: node) }
        modifiers.offset = offset
        return replacing(modifiers, of: node)
    }

    private mutating func at(_ node: Node) throws(ParseError) -> Node {
        _ = try reader.next()
        let at = try atTime(node)
        guard var modifiers = node.expression.modifiers else {
            throw reader.error(
                "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery",
                node.range)
        }
        if modifiers.at != nil {
            throw reader.error("@ <timestamp> may not be set multiple times", node.range)
        }
        modifiers.at = at
        return replacing(modifiers, of: node)
    }

    /// Seconds, a duration, `start()` or `end()`.
    private mutating func atTime(_ node: Node) throws(ParseError) -> SelectorModifiers.At {
        let token = try reader.peek()
        if case .contextWord(let word) = token.kind, word == .start || word == .end {
            _ = try reader.next()
            guard try reader.take(.leftParenthesis), try reader.take(.rightParenthesis) else {
                throw try reader.unexpected(in: "@", expected: "timestamp")
            }
            return word == .start ? .start : .end
        }
        let isNegative = try reader.take(.binary(.subtract))
        if !isNegative { _ = try reader.take(.binary(.add)) }
        let kind = try reader.peek().kind
        guard kind == .number || kind == .duration else {
            throw try reader.unexpected(in: "@", expected: "timestamp")
        }
        let seconds = try number().value * (isNegative ? -1 : 1)
        let bound = 9_223_372_036_854_775_808.0
        guard seconds > -bound, seconds < bound else {
            throw reader.error(
                "timestamp out of bounds for @ modifier: \(FloatText.sixDecimals(seconds))", node.range)
        }
        return .time(Int64(clamping: seconds * 1000))
    }

    private mutating func extended(
        _ node: Node, _ word: SelectorModifiers.Extension
    ) throws(ParseError) -> Node {
        _ = try reader.next()
        if !options.extendedSelectors {
            throw reader.error("\(word.rawValue) modifier is experimental and not enabled", node.range)
        }
        if case .subquery = node.expression {
            throw reader.error("\(word.rawValue) modifier is not supported for subqueries", node.range)
        }
        guard var modifiers = node.expression.modifiers else {
            throw reader.error("\(word.rawValue) modifier not implemented", node.range)
        }
        if let other = modifiers.extended, other != word {
            throw reader.error("anchored and smoothed modifiers cannot be used together", node.range)
        }
        modifiers.extended = word
        return replacing(modifiers, of: node)
    }

    /// The node with other modifiers, reaching to the last consumed token.
    private func replacing(_ modifiers: SelectorModifiers, of node: Node) -> Node {
        var node = node
        node.expression.replaceModifiers(modifiers, end: reader.end)
        return node
    }
}

extension Expression {
    /// Present on what takes modifiers.
    fileprivate var modifiers: SelectorModifiers? {
        switch self {
        case .vectorSelector(let selector): return selector.modifiers
        case .matrixSelector(let matrix): return matrix.selector.modifiers
        case .subquery(let subquery): return subquery.modifiers
        default: return nil
        }
    }

    fileprivate mutating func replaceModifiers(_ modifiers: SelectorModifiers, end: Int) {
        switch self {
        case .vectorSelector(var selector):
            selector.modifiers = modifiers
            selector.range.end = end
            self = .vectorSelector(selector)
        case .matrixSelector(var matrix):
            matrix.selector.modifiers = modifiers
            matrix.range.end = end
            self = .matrixSelector(matrix)
        case .subquery(var subquery):
            subquery.modifiers = modifiers
            subquery.range.end = end
            self = .subquery(subquery)
        default: break
        }
    }
}

extension Int64 {
    /// Rounded half away from zero; the nearest bound when it is too large.
    init(clamping value: Double) {
        let rounded = value.rounded()
        self = Int64(exactly: rounded) ?? (rounded < 0 ? .min : .max)
    }
}
