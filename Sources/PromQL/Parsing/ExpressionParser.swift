import Model

/// Recursive descent over the tokens, precedence climbing for the binary operators.
///
/// There are two kinds of errors. What breaks the grammar is thrown at once. What breaks the typing rules is
/// kept with the node, and becomes the result only when the whole text is grammatical: that is the order in
/// which Prometheus reports.
struct ExpressionParser {
    /// An expression with what is known about it.
    struct Node {
        var expression: Expression
        var type: ValueType
        /// Nodes on the longest way down to a leaf.
        var depth: Int
        /// The first violation of the typing rules.
        var problem: ParseError?

        init(_ expression: Expression, _ type: ValueType, depth: Int = 1, problem: ParseError? = nil) {
            self.expression = expression
            self.type = type
            self.depth = depth
            self.problem = problem
        }

        var range: TextRange { expression.range }
    }

    var reader: TokenReader
    let options: ParserOptions
    /// Expressions being parsed inside each other.
    var nesting = 0
    /// Operators of the duration being parsed, which bound its depth.
    var durationOperators = 0
    /// Aggregations being parsed inside each other: an unexpected token belongs to the innermost.
    var openAggregations = 0
    /// Of the regular expressions so far.
    var patternBytes = 0

    init(_ text: String, options: ParserOptions) {
        reader = TokenReader(text)
        self.options = options
    }

    mutating func wholeExpression() throws(ParseError) -> Expression {
        if try reader.peek().kind == .endOfInput {
            throw reader.error("no expression found in input", TextRange(0, 0))
        }
        let node = try expression()
        if try reader.peek().kind != .endOfInput { throw try unexpected() }
        if let problem = node.problem { throw problem }
        return node.expression
    }

    mutating func wholeSelector() throws(ParseError) -> VectorSelector {
        let selector = try selector()
        if try reader.peek().kind != .endOfInput { throw try unexpected() }
        return selector
    }

    /// The error about a token that no rule expects.
    mutating func unexpected() throws(ParseError) -> ParseError {
        try reader.unexpected(in: openAggregations > 0 ? "aggregation" : "")
    }

    // MARK: - Operators

    /// Reads operands joined by operators that bind at least as tightly as `precedence`.
    mutating func expression(precedence: Int = 0) throws(ParseError) -> Node {
        nesting += 1
        defer { nesting -= 1 }
        if nesting > Parser.maximumNesting { throw tooDeep(try reader.peek().range) }
        var left = try operand()
        while case .binary(let operation) = try reader.peek().kind, operation.precedence >= precedence {
            _ = try reader.next()
            let modifiers = try binaryModifiers()
            let right = try expression(precedence: operation.precedence + (operation == .power ? 0 : 1))
            left = try binary(operation, modifiers, left, right)
        }
        return left
    }

    /// A sign and what it applies to, or an expression without operators outside of parentheses.
    private mutating func operand() throws(ParseError) -> Node {
        let token = try reader.peek()
        guard token.kind == .binary(.add) || token.kind == .binary(.subtract) else {
            return try modified(primary())
        }
        _ = try reader.next()
        let isNegation = token.kind == .binary(.subtract)
        // A sign binds as tightly as a product: -a^b is -(a^b).
        let inner = try expression(precedence: BinaryOperator.multiply.precedence + 1)
        let range = TextRange(token.range.start, inner.range.end)
        if case .number(var literal) = inner.expression {
            if isNegation { literal.value = -literal.value }
            literal.range = range
            return Node(.number(literal), .scalar)
        }
        var problem = inner.problem
        if problem == nil, inner.type != .scalar, inner.type != .vector {
            problem = reader.error(
                "unary expression only allowed on expressions of type scalar or instant vector, got "
                    + GoText.quoted(inner.type.documented), range)
        }
        let operation = UnaryOperation(isNegation: isNegation, operand: inner.expression, range: range)
        return try checked(Node(.unary(operation), inner.type, depth: inner.depth + 1, problem: problem))
    }

    private mutating func primary() throws(ParseError) -> Node {
        let token = try reader.peek()
        switch token.kind {
        case .number, .duration:
            return Node(.number(try number()), .scalar)
        case .string:
            _ = try reader.next()
            return Node(.string(StringLiteral(bytes: try unquoted(token), range: token.range)), .string)
        case .leftParenthesis:
            return try parentheses()
        case .leftBrace:
            return checkedSelector(try selector())
        default:
            guard token.kind.canBeMetricName else { throw try unexpected() }
            _ = try reader.next()
            return try word(token)
        }
    }

    /// What a word stands for depends on what follows.
    private mutating func word(_ token: Token) throws(ParseError) -> Node {
        let follower = try reader.peek().kind
        switch token.kind {
        case .identifier, .contextWord:
            if follower == .leftParenthesis { return try call(token) }
        case .aggregation(let operation):
            if follower == .leftParenthesis || follower == .keyword(.by) || follower == .keyword(.without) {
                return try aggregation(operation, token)
            }
        default: break
        }
        return checkedSelector(try selector(named: token))
    }

    private mutating func parentheses() throws(ParseError) -> Node {
        let open = try reader.next()
        let inner = try expression()
        guard try reader.take(.rightParenthesis) else { throw try unexpected() }
        let node = Parentheses(inner: inner.expression, range: TextRange(open.range.start, reader.end))
        return try checked(
            Node(.parentheses(node), inner.type, depth: inner.depth + 1, problem: inner.problem))
    }

    // MARK: - Literals

    mutating func number() throws(ParseError) -> NumberLiteral {
        let token = try reader.next()
        if token.kind == .duration {
            let seconds = Double(try milliseconds(token)) / 1000
            return NumberLiteral(value: seconds, isDuration: true, range: token.range)
        }
        do {
            return NumberLiteral(value: try NumberText.parse(reader.text(token)), range: token.range)
        } catch {
            throw reader.error("error parsing number: \(error.description)", token.range)
        }
    }

    func milliseconds(_ token: Token) throws(ParseError) -> Int64 {
        do {
            return try DurationText.parse(reader.text(token))
        } catch {
            throw reader.error(error.description, token.range)
        }
    }

    func unquoted(_ token: Token) throws(ParseError) -> [UInt8] {
        guard let content = GoText.unquoted(reader.bytes(token)) else {
            throw reader.error(
                "error unquoting string \(GoText.quoted(reader.text(token))): invalid syntax", token.range)
        }
        return content
    }

    // MARK: - Depth

    /// Refuses a node that is too deep. A violation found further left or further down goes first.
    func checked(_ node: Node) throws(ParseError) -> Node {
        if node.depth > Parser.maximumDepth { throw node.problem ?? tooDeep(node.range) }
        return node
    }

    func tooDeep(_ range: TextRange) -> ParseError {
        reader.error("expression is nested too deeply", range)
    }
}

extension BinaryOperator {
    /// Operators of a higher number bind more tightly.
    fileprivate var precedence: Int {
        switch self {
        case .or: return 1
        case .and, .unless: return 2
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .trimUpper, .trimLower: return 3
        case .add, .subtract: return 4
        case .multiply, .divide, .modulo, .atan2: return 5
        case .power: return 6
        }
    }
}
