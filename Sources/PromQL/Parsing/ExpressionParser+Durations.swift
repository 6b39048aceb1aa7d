import Model

/// Durations in windows, steps and offsets: literals, `step()`, `range()`, and arithmetic over them.
extension ExpressionParser {
    /// What stands in brackets. An unexpected token in it is reported with this place.
    mutating func positiveDuration(
        in place: String, expected: String
    ) throws(ParseError) -> DurationExpression {
        durationOperators = 0
        let duration = try duration(Place(name: place, expected: expected))
        if let seconds = duration.plainSeconds, seconds <= 0 {
            throw reader.error("duration must be greater than 0", duration.range)
        }
        return duration.asLiteral
    }

    /// What stands behind `offset`. Arithmetic only in parentheses: `x offset 5m - y` subtracts y.
    mutating func offsetDuration() throws(ParseError) -> DurationExpression {
        durationOperators = 0
        let place = Place(name: "offset", expected: "number, duration, step(), or range()")
        let token = try reader.peek()
        switch token.kind {
        case .binary(.add), .binary(.subtract):
            return try signedOffset(place).asLiteral
        case .leftParenthesis:
            return try duration(place).asLiteral
        default:
            return try durationOperand(place).asLiteral
        }
    }

    private mutating func signedOffset(_ place: Place) throws(ParseError) -> DurationExpression {
        let sign = try reader.next()
        let isNegation = sign.kind == .binary(.subtract)
        guard try reader.peek().kind == .leftParenthesis else {
            let first = try reader.peek()
            let isWord = if case .contextWord = first.kind { true } else { false }
            var operand = try durationOperand(place, isSigned: true)
            // Behind a second sign may stand arithmetic, which is printed in parentheses: `x offset + -1 ^ 2`.
            if case .binary = first.kind, operand.plainSeconds == nil {
                operand = parenthesised(operand, TextRange(first.range.start, operand.range.end))
            }
            let signed = try self.signed(operand, isNegation, sign)
            if isWord { try requireDurationExpressions(TextRange(sign.range.start, operand.range.end)) }
            return signed
        }
        let open = try reader.next()
        let inner = try duration(place)
        guard try reader.take(.rightParenthesis) else { throw try unexpected(place) }
        return try signed(parenthesised(inner, TextRange(open.range.start, reader.end)), isNegation, sign)
    }

    /// Where a duration stands, for the message about an unexpected token.
    struct Place {
        var name: String
        var expected: String
    }

    private mutating func unexpected(_ place: Place) throws(ParseError) -> ParseError {
        try reader.unexpected(in: place.name, expected: place.expected)
    }

    private mutating func duration(_ place: Place, precedence: Int = 0) throws(ParseError) -> DurationExpression {
        nesting += 1
        defer { nesting -= 1 }
        if nesting > Parser.maximumNesting { throw tooDeep(try reader.peek().range) }
        var left = try durationOperand(place)
        while case .binary(let operation) = try reader.peek().kind, let own = operation.durationPrecedence,
            own >= precedence
        {
            let token = try reader.next()
            let right = try duration(place, precedence: operation == .power ? own : own + 1)
            try requireDurationExpressions(left.range)
            if right.plainSeconds == 0, operation == .divide || operation == .modulo {
                throw reader.error(
                    operation == .divide ? "division by zero" : "modulo by zero", token.range)
            }
            durationOperators += 1
            if durationOperators >= Parser.maximumDepth { throw tooDeep(token.range) }
            left = .binary(operation, left, right, TextRange(left.range.start, right.range.end))
        }
        return left
    }

    private mutating func durationOperand(
        _ place: Place, isSigned: Bool = false
    ) throws(ParseError) -> DurationExpression {
        let token = try reader.peek()
        switch token.kind {
        case .number, .duration:
            return try durationLiteral()
        case .binary(.add), .binary(.subtract):
            _ = try reader.next()
            // A sign binds as tightly as a product.
            let inner = try duration(place, precedence: 3)
            return try signed(inner, token.kind == .binary(.subtract), token)
        case .contextWord(let word) where word != .start && word != .end:
            return try durationCall(word, place, isSigned: isSigned)
        case .leftParenthesis:
            _ = try reader.next()
            let inner = try duration(place)
            guard try reader.take(.rightParenthesis) else { throw try unexpected(place) }
            try requireDurationExpressions(inner.range)
            return parenthesised(inner, TextRange(token.range.start, reader.end))
        default:
            throw try unexpected(place)
        }
    }

    private mutating func durationLiteral() throws(ParseError) -> DurationExpression {
        if try reader.peek().kind == .duration {
            let token = try reader.next()
            return .literal(try milliseconds(token), token.range)
        }
        let literal = try number()
        try requireInRange(literal.value, literal.range)
        return .number(literal.value, literal.range)
    }

    /// `step()`, `range()`, `min_of(a, b)`, `max_of(a, b)`
    private mutating func durationCall(
        _ word: TokenKind.ContextWord, _ place: Place, isSigned: Bool
    ) throws(ParseError) -> DurationExpression {
        let name = try reader.next()
        guard try reader.take(.leftParenthesis) else { throw try unexpected(place) }
        var operands: [DurationExpression] = []
        if word == .minimum || word == .maximum {
            operands.append(try duration(place))
            guard try reader.take(.comma) else { throw try unexpected(place) }
            operands.append(try duration(place))
        }
        guard try reader.take(.rightParenthesis) else { throw try unexpected(place) }
        let range = TextRange(name.range.start, reader.end)
        if !isSigned { try requireDurationExpressions(range) }
        switch word {
        case .step: return .step(range)
        case .minimum: return .minimum(operands[0], operands[1], range)
        case .maximum: return .maximum(operands[0], operands[1], range)
        default: return .range(range)
        }
    }

    /// A sign is folded into a literal; a plus elsewhere says nothing.
    private func signed(
        _ operand: DurationExpression, _ isNegation: Bool, _ sign: Token
    ) throws(ParseError) -> DurationExpression {
        let range = TextRange(sign.range.start, operand.range.end)
        switch operand {
        case .literal(let milliseconds, _): return .literal(isNegation ? -milliseconds : milliseconds, range)
        case .number(let seconds, _):
            try requireInRange(seconds, sign.range)
            return .number(isNegation ? -seconds : seconds, range)
        default: return isNegation ? .negated(operand, range) : operand
        }
    }

    private func parenthesised(_ inner: DurationExpression, _ range: TextRange) -> DurationExpression {
        if case .parentheses = inner { return inner }
        return .parentheses(inner, range)
    }

    /// Go's durations are 63 bits of nanoseconds.
    private func requireInRange(_ seconds: Double, _ range: TextRange) throws(ParseError) {
        let bound = 9_223_372_036.854775807
        guard seconds >= -bound, seconds <= bound else { throw reader.error("duration out of range", range) }
    }

    private func requireDurationExpressions(_ range: TextRange) throws(ParseError) {
        if options.durationExpressions { return }
        throw reader.error("experimental duration expression is not enabled", range)
    }
}

extension DurationExpression {
    /// Seconds of a literal.
    fileprivate var plainSeconds: Double? {
        switch self {
        case .literal(let milliseconds, _): return Double(milliseconds) / 1000
        case .number(let seconds, _): return seconds
        default: return nil
        }
    }

    /// A number that stands alone is a literal.
    fileprivate var asLiteral: DurationExpression {
        guard case .number(let seconds, let range) = self else { return self }
        return .literal(Int64(clamping: seconds * 1000), range)
    }
}

extension BinaryOperator {
    fileprivate var durationPrecedence: Int? {
        switch self {
        case .add, .subtract: return 1
        case .multiply, .divide, .modulo: return 2
        case .power: return 3
        default: return nil
        }
    }
}
