import Model

/// Function calls and aggregations.
extension ExpressionParser {
    /// The rest of a call whose function name is consumed.
    mutating func call(_ name: Token) throws(ParseError) -> Node {
        let arguments = try arguments()
        let text = reader.text(name)
        guard let function = FunctionTable.function(text) else {
            throw reader.error("unknown function with name \(GoText.quoted(text))", name.range)
        }
        if function.isExperimental, !options.experimentalFunctions {
            throw reader.error("function \(GoText.quoted(text)) is not enabled", name.range)
        }
        let call = Call(
            function: function, arguments: arguments.map(\.expression),
            range: TextRange(name.range.start, reader.end))
        return try checked(
            Node(
                .call(call), function.returnType, depth: (arguments.map(\.depth).max() ?? 0) + 1,
                problem: violation(of: call, arguments)))
    }

    /// `(a, b)`
    private mutating func arguments() throws(ParseError) -> [Node] {
        guard try reader.take(.leftParenthesis) else { throw try unexpected() }
        var arguments: [Node] = []
        if try reader.take(.rightParenthesis) { return arguments }
        while true {
            arguments.append(try expression())
            if try reader.take(.rightParenthesis) { return arguments }
            guard try reader.peek().kind == .comma else { throw try unexpected() }
            let comma = try reader.next()
            if try !reader.peek().kind.canStartExpression {
                throw reader.error("trailing commas not allowed in function call args", comma.range)
            }
        }
    }

    private func violation(of call: Call, _ arguments: [Node]) -> ParseError? {
        let function = call.function
        if let problem = countViolation(of: call) { return problem }
        var arguments = arguments
        if function.name == "info", arguments.count > 1 {
            if let problem = infoViolation(of: call, arguments[1]) { return problem }
            // The selector says which labels to take; that it matches everything is fine.
            arguments[1].problem = nil
        }
        for (index, argument) in arguments.enumerated() {
            if index >= function.argumentTypes.count, function.variadic == 0 { break }
            let wanted = function.argumentTypes[min(index, function.argumentTypes.count - 1)]
            if let problem = argument.problem { return problem }
            if argument.type != wanted {
                return typeError(argument, wanted, "call to function \(GoText.quoted(function.name))")
            }
        }
        return nil
    }

    private func countViolation(of call: Call) -> ParseError? {
        let function = call.function
        let declared = function.argumentTypes.count
        let given = call.arguments.count
        let bound: String
        if function.variadic == 0 {
            if given == declared { return nil }
            bound = "\(declared)"
        } else if given < declared - 1 {
            bound = "at least \(declared - 1)"
        } else if function.variadic > 0, given > declared - 1 + function.variadic {
            bound = "at most \(declared - 1 + function.variadic)"
        } else {
            return nil
        }
        return reader.error(
            "expected \(bound) argument(s) in call to \(GoText.quoted(function.name)), got \(given)", call.range)
    }

    /// The second argument of `info` is a list of label matchers in a selector's clothes.
    private func infoViolation(of call: Call, _ argument: Node) -> ParseError? {
        if argument.type != .vector {
            return reader.error(
                "expected type instant vector in call to function \"info\", got \(argument.type.documented)",
                call.range)
        }
        guard case .vectorSelector(let selector) = argument.expression else {
            return reader.error("expected label selectors only", argument.range)
        }
        if selector.name.isEmpty { return nil }
        return reader.error("expected label selectors only, got vector selector instead", argument.range)
    }

    private func typeError(_ node: Node, _ wanted: ValueType, _ place: String) -> ParseError {
        reader.error(
            "expected type \(wanted.documented) in \(place), got \(node.type.documented)", node.range)
    }

    /// The rest of an aggregation whose operator is consumed. The grouping stands before or behind the
    /// arguments.
    mutating func aggregation(_ operation: AggregationOperator, _ name: Token) throws(ParseError) -> Node {
        openAggregations += 1
        defer { openAggregations -= 1 }
        var grouping = try groupingClause()
        let arguments = try arguments()
        if grouping == nil { grouping = try groupingClause() }
        let range = TextRange(name.range.start, reader.end)
        if arguments.isEmpty { throw reader.error("no arguments for aggregate expression provided", range) }
        if operation == .limitk || operation == .limitRatio, !options.experimentalFunctions {
            throw reader.error(
                "\(operation.rawValue)() is experimental and must be enabled with "
                    + "--enable-feature=promql-experimental-functions", range)
        }
        let wanted = operation.hasParameter ? 2 : 1
        guard arguments.count == wanted, let argument = arguments.last else {
            throw reader.error(
                "wrong number of arguments for aggregate expression provided, expected \(wanted), got "
                    + "\(arguments.count)", range)
        }
        let parameter = operation.hasParameter ? arguments[0] : nil
        var problem = argument.problem
        if problem == nil, argument.type != .vector {
            problem = typeError(argument, .vector, "aggregation expression")
        }
        if problem == nil, let parameter {
            let type: ValueType = operation == .countValues ? .string : .scalar
            problem = parameter.problem
            if problem == nil, parameter.type != type { problem = typeError(parameter, type, "aggregation parameter") }
        }
        let aggregation = Aggregation(
            operation: operation, argument: argument.expression, parameter: parameter?.expression,
            grouping: grouping?.labels ?? [], isWithout: grouping?.isWithout ?? false, range: range)
        let depth = max(argument.depth, parameter?.depth ?? 0) + 1
        return try checked(Node(.aggregation(aggregation), .vector, depth: depth, problem: problem))
    }

    private mutating func groupingClause() throws(ParseError) -> (labels: [String], isWithout: Bool)? {
        if try reader.take(.keyword(.by)) { return (try groupingLabels(), false) }
        if try reader.take(.keyword(.without)) { return (try groupingLabels(), true) }
        return nil
    }
}

extension TokenKind {
    fileprivate var canStartExpression: Bool {
        switch self {
        case .number, .duration, .string, .leftParenthesis, .leftBrace, .binary(.add), .binary(.subtract): return true
        default: return canBeMetricName
        }
    }
}
