import Model

/// `name{…}`
extension ExpressionParser {
    mutating func selector() throws(ParseError) -> VectorSelector {
        let first = try reader.peek()
        if first.kind == .leftBrace {
            let matchers = try labelMatchers()
            return VectorSelector(name: "", matchers: matchers, range: TextRange(first.range.start, reader.end))
        }
        guard first.kind.canBeMetricName else { throw try unexpected() }
        return try selector(named: try reader.next())
    }

    /// The rest of a selector whose name is consumed.
    mutating func selector(named word: Token) throws(ParseError) -> VectorSelector {
        let name = reader.text(word)
        var matchers: [LabelMatcher] = []
        if try reader.peek().kind == .leftBrace { matchers = try labelMatchers() }
        matchers.append(.equal(LabelNames.metric, name))
        return VectorSelector(name: name, matchers: matchers, range: TextRange(word.range.start, reader.end))
    }

    func checkedSelector(_ selector: VectorSelector) -> Node {
        var problem: ParseError?
        if !selector.name.isEmpty {
            if let other = selector.matchers.dropLast().first(where: { $0.name == LabelNames.metric }) {
                problem = reader.error(
                    "metric name must not be set twice: \(GoText.quoted(selector.name)) or \(GoText.quoted(other.value))",
                    selector.range)
            }
        } else if selector.matchers.allSatisfy(\.matchesEmpty) {
            problem = reader.error("vector selector must contain at least one non-empty matcher", selector.range)
        }
        return Node(.vectorSelector(selector), .vector, problem: problem)
    }

    private mutating func labelMatchers() throws(ParseError) -> [LabelMatcher] {
        _ = try reader.next()
        var matchers: [LabelMatcher] = []
        if try reader.take(.rightBrace) { return matchers }
        while true {
            matchers.append(try labelMatcher())
            if try reader.take(.rightBrace) { return matchers }
            guard try reader.take(.comma) else {
                throw try reader.unexpected(in: "label matching", expected: "\",\" or \"}\"")
            }
            if try reader.take(.rightBrace) { return matchers }
        }
    }

    /// `label="value"`, or the quoted metric name alone.
    private mutating func labelMatcher() throws(ParseError) -> LabelMatcher {
        let label = try reader.peek()
        guard label.kind == .identifier || label.kind == .string else {
            throw try reader.unexpected(in: "label matching", expected: "identifier or \"}\"")
        }
        _ = try reader.next()
        guard let operation = try reader.peek().kind.matchOperation else {
            if label.kind == .string { return try labelMatcher(LabelNames.metric, .equal, label, from: label) }
            throw try reader.unexpected(in: "label matching", expected: "label matching operator")
        }
        _ = try reader.next()
        let value = try reader.peek()
        guard value.kind == .string else {
            throw try reader.unexpected(in: "label matching", expected: "string")
        }
        _ = try reader.next()
        let name = label.kind == .string ? try unquotedName(label, "a matcher") : reader.text(label)
        return try labelMatcher(name, operation, value, from: label)
    }

    private mutating func labelMatcher(
        _ name: String, _ operation: LabelMatcher.Operation, _ value: Token, from label: Token
    ) throws(ParseError) -> LabelMatcher {
        let bytes = try unquoted(value)
        let range = TextRange(label.range.start, value.range.end)
        let matcher: LabelMatcher
        do {
            matcher = try LabelMatcher(name, operation, bytes: bytes)
        } catch {
            throw reader.error(error.description, range)
        }
        if let pattern = matcher.pattern { try take(pattern, range) }
        return matcher
    }

    /// Counts what a compiled pattern takes: a short text can ask for much.
    private mutating func take(_ pattern: LabelPattern, _ range: TextRange) throws(ParseError) {
        patternBytes += pattern.byteCount
        let isGranted = options.takesPattern?(pattern.byteCount) ?? true
        if isGranted, patternBytes <= Parser.maximumPatternBytes { return }
        throw reader.error("the regular expressions take too much memory", range)
    }

    /// A quoted label name; `place` says of what, for the message.
    private func unquotedName(_ token: Token, _ place: String) throws(ParseError) -> String {
        let bytes = try unquoted(token)
        guard let name = String(validating: bytes, as: UTF8.self) else {
            throw reader.error("invalid label name for \(place): \(GoText.quoted(bytes))", token.range)
        }
        return name
    }

    /// `(a, b, "c.d",)`
    mutating func groupingLabels() throws(ParseError) -> [String] {
        guard try reader.take(.leftParenthesis) else {
            throw try reader.unexpected(in: "grouping opts", expected: "\"(\"")
        }
        var labels: [String] = []
        if try reader.take(.rightParenthesis) { return labels }
        while true {
            labels.append(try groupingLabel())
            if try reader.take(.rightParenthesis) { return labels }
            guard try reader.take(.comma) else {
                throw try reader.unexpected(in: "grouping opts", expected: "\",\" or \")\"")
            }
            if try reader.take(.rightParenthesis) { return labels }
        }
    }

    private mutating func groupingLabel() throws(ParseError) -> String {
        let token = try reader.peek()
        guard token.kind == .string || token.kind.canBeGroupingLabel else {
            throw try reader.unexpected(in: "grouping opts", expected: "label")
        }
        _ = try reader.next()
        let label = token.kind == .string ? try unquotedName(token, "grouping") : reader.text(token)
        if label.isEmpty {
            throw reader.error("invalid label name for grouping: \(GoText.quoted(label))", token.range)
        }
        return label
    }
}

extension TokenKind {
    fileprivate var matchOperation: LabelMatcher.Operation? {
        switch self {
        case .equal: return .equal
        case .binary(.notEqual): return .notEqual
        case .matches: return .matches
        case .notMatches: return .notMatches
        default: return nil
        }
    }

    /// A word that may stand in front of `{`.
    var canBeMetricName: Bool {
        switch self {
        case .identifier, .metricIdentifier, .aggregation, .contextWord: return true
        case .binary(let operation): return operation.isSet
        case .keyword(let keyword):
            return keyword != .bool && keyword != .on && keyword != .ignoring && keyword != .groupLeft
                && keyword != .groupRight
        default: return false
        }
    }

    fileprivate var canBeGroupingLabel: Bool {
        switch self {
        case .identifier, .metricIdentifier, .aggregation, .contextWord: return true
        case .binary(let operation): return operation.isSet || operation == .atan2
        case .keyword(let keyword): return keyword != .without
        default: return false
        }
    }
}
