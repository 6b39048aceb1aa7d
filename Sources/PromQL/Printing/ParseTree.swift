import Model

/// The parse tree as JSON, in the shape of the API's `parse_query`.
package enum ParseTree {
    package static func json(_ expression: Expression) -> String {
        switch expression {
        case .number(let node):
            return object(("type", text("numberLiteral")), ("val", text(FloatText.plain(node.value))))
        case .string(let node):
            return object(("type", text("stringLiteral")), ("val", text(node.value)))
        case .vectorSelector(let node):
            return object(selectorMembers(node) + [("type", text("vectorSelector"))])
        case .matrixSelector(let node):
            return object(
                selectorMembers(node.selector) + durationMembers("range", node.window)
                    + [("type", text("matrixSelector"))])
        case .subquery(let node): return subquery(node)
        case .call(let node): return call(node)
        case .aggregation(let node):
            return object(
                ("expr", json(node.argument)), ("grouping", texts(node.grouping)),
                ("op", text(node.operation.rawValue)), ("param", node.parameter.map(json) ?? "null"),
                ("type", text("aggregation")), ("without", "\(node.isWithout)"))
        case .binary(let node):
            return object(
                ("bool", "\(node.returnsBool)"), ("lhs", json(node.left)),
                ("matching", node.matching.map(matching) ?? "null"), ("op", text(node.operation.rawValue)),
                ("rhs", json(node.right)), ("type", text("binaryExpr")))
        case .unary(let node):
            return object(("expr", json(node.operand)), ("op", text(node.sign)), ("type", text("unaryExpr")))
        case .parentheses(let node):
            return object(("expr", json(node.inner)), ("type", text("parenExpr")))
        }
    }

    // MARK: - Nodes

    private typealias Member = (name: String, json: String)

    private static func selectorMembers(_ selector: VectorSelector) -> [Member] {
        let matchers = selector.matchers.map {
            object(
                ("name", text($0.name)), ("type", text($0.operation.rawValue)), ("value", text($0.value)))
        }
        return [
            ("anchored", "\(selector.modifiers.extended == .anchored)"), ("matchers", array(matchers)),
            ("name", text(selector.name)), ("smoothed", "\(selector.modifiers.extended == .smoothed)"),
        ] + modifierMembers(selector.modifiers)
    }

    private static func modifierMembers(_ modifiers: SelectorModifiers) -> [Member] {
        var startOrEnd = "null"
        var timestamp = "null"
        switch modifiers.at {
        case nil: break
        case .start: startOrEnd = text("start")
        case .end: startOrEnd = text("end")
        case .time(let milliseconds): timestamp = "\(milliseconds)"
        }
        return durationMembers("offset", modifiers.offset)
            + [("startOrEnd", startOrEnd), ("timestamp", timestamp)]
    }

    /// Milliseconds of a literal, and the tree of anything else.
    private static func durationMembers(_ name: String, _ duration: DurationExpression?) -> [Member] {
        switch duration {
        case nil: return [(name, "0"), (name + "Expr", "null")]
        case .literal(let milliseconds, _): return [(name, "\(milliseconds)"), (name + "Expr", "null")]
        case .some(let duration): return [(name, "0"), (name + "Expr", json(duration))]
        }
    }

    private static func subquery(_ node: Subquery) -> String {
        object(
            [("expr", json(node.inner))] + durationMembers("range", node.window) + durationMembers("step", node.step)
                + modifierMembers(node.modifiers) + [("type", text("subquery"))])
    }

    private static func call(_ node: Call) -> String {
        let function = object(
            ("argTypes", texts(node.function.argumentTypes.map(\.rawValue))), ("name", text(node.function.name)),
            ("returnType", text(node.function.returnType.rawValue)), ("variadic", "\(node.function.variadic)"))
        return object(("args", array(node.arguments.map(json))), ("func", function), ("type", text("call")))
    }

    private static func matching(_ matching: VectorMatching) -> String {
        let fill = object(
            ("lhs", matching.fillLeft.map(FloatText.plain) ?? "null"),
            ("rhs", matching.fillRight.map(FloatText.plain) ?? "null"))
        return object(
            ("card", text(matching.cardinality.rawValue)), ("fillValues", fill),
            ("include", texts(matching.include)), ("labels", texts(matching.labels)), ("on", "\(matching.isOn)"))
    }

    private static func json(_ duration: DurationExpression) -> String {
        switch duration {
        case .literal(let milliseconds, _): return number(Double(milliseconds) / 1000, isDuration: true)
        case .number(let seconds, _): return number(seconds, isDuration: false)
        case .step: return operation("step", nil, nil)
        case .range: return operation("range", nil, nil)
        case .negated(let operand, _): return operation("-", nil, operand)
        case .binary(let symbol, let left, let right, _): return operation(symbol.rawValue, left, right)
        case .minimum(let left, let right, _): return operation("min_of", left, right)
        case .maximum(let left, let right, _): return operation("max_of", left, right)
        case .parentheses(let inner, _): return parenthesised(inner)
        }
    }

    /// Parentheses are a mark on the operation inside; a literal in them counts as an operand of a plus.
    private static func parenthesised(_ inner: DurationExpression) -> String {
        switch inner {
        case .literal, .number: return operation("+", nil, inner, isWrapped: true)
        case .step: return operation("step", nil, nil, isWrapped: true)
        case .range: return operation("range", nil, nil, isWrapped: true)
        case .negated(let operand, _): return operation("-", nil, operand, isWrapped: true)
        case .binary(let symbol, let left, let right, _):
            return operation(symbol.rawValue, left, right, isWrapped: true)
        case .minimum(let left, let right, _): return operation("min_of", left, right, isWrapped: true)
        case .maximum(let left, let right, _): return operation("max_of", left, right, isWrapped: true)
        case .parentheses(let inner, _): return parenthesised(inner)
        }
    }

    private static func operation(
        _ symbol: String, _ left: DurationExpression?, _ right: DurationExpression?, isWrapped: Bool = false
    ) -> String {
        object(
            ("lhs", left.map { json($0) } ?? "null"), ("op", text(symbol)), ("rhs", right.map { json($0) } ?? "null"),
            ("type", text("durationExpr")), ("wrapped", "\(isWrapped)"))
    }

    private static func number(_ seconds: Double, isDuration: Bool) -> String {
        object(
            ("duration", "\(isDuration)"), ("type", text("numberLiteral")), ("val", text(FloatText.plain(seconds))))
    }

    // MARK: - JSON

    private static func object(_ members: Member...) -> String { object(members) }

    private static func object(_ members: [Member]) -> String {
        "{" + members.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}"
    }

    private static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

    private static func texts(_ elements: [String]) -> String { array(elements.map(text)) }

    private static func text(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u00" + (digits.count < 2 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
