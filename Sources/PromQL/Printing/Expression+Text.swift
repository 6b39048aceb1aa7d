import Model

/// The canonical form: one line, matchers sorted, modifiers in a fixed order. It reads back as the same
/// expression.
extension Expression: CustomStringConvertible {
    package var description: String {
        switch self {
        case .number(let node): return node.text
        case .string(let node): return LiteralText.readable(GoText.quoted(node.bytes))
        case .vectorSelector(let node): return node.text
        case .matrixSelector(let node): return node.text
        case .subquery(let node): return "\(node.inner)\(node.suffix)"
        case .call(let node):
            return node.function.name + "(" + node.arguments.map(\.description).joined(separator: ", ") + ")"
        case .aggregation(let node):
            let parameter = node.parameter.map { "\($0), " } ?? ""
            return "\(node.prefix)(\(parameter)\(node.argument))"
        case .binary(let node): return "\(node.leftText(node.left.description)) \(node.operatorText) \(node.right)"
        case .unary(let node): return "\(node.sign)\(node.operand)"
        case .parentheses(let node): return "(\(node.inner))"
        }
    }
}

extension NumberLiteral {
    fileprivate var text: String {
        // A negative zero keeps its sign, as it does as a plain number.
        if isDuration, value == 0, value.sign == .minus { return "-0s" }
        return isDuration ? DurationText.text(Int64(clamping: value * 1000)) : FloatText.plain(value)
    }
}

extension UnaryOperation {
    var sign: String { isNegation ? "-" : "+" }
}

extension VectorSelector {
    /// Without modifiers.
    fileprivate var bareText: String {
        let texts = matchers.filter { !isOwnName($0) }.map(Self.text).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        return texts.isEmpty ? name : name + "{" + texts.joined(separator: ",") + "}"
    }

    fileprivate var text: String {
        bareText + modifiers.atText + modifiers.extendedText + modifiers.offsetText
    }

    /// The matcher that the name in front of the braces stands for.
    private func isOwnName(_ matcher: LabelMatcher) -> Bool {
        matcher == .equal(LabelNames.metric, name) && !name.isEmpty
    }

    private static func text(_ matcher: LabelMatcher) -> String {
        LabelText.name(matcher.name) + matcher.operation.rawValue + LiteralText.readable(matcher.quotedValue)
    }
}

extension MatrixSelector {
    fileprivate var text: String {
        let modifiers = selector.modifiers
        return selector.bareText + "[\(window)]" + modifiers.extendedText + modifiers.atText + modifiers.offsetText
    }
}

extension Subquery {
    /// Everything behind the inner expression.
    var suffix: String {
        "[\(window):\(step?.description ?? "")]" + modifiers.atText + modifiers.offsetText
    }
}

extension SelectorModifiers {
    fileprivate var atText: String {
        switch at {
        case nil: return ""
        case .start: return " @ start()"
        case .end: return " @ end()"
        case .time(let milliseconds):
            let fraction = String(milliseconds.magnitude % 1000)
            return " @ " + (milliseconds < 0 ? "-" : "") + "\(milliseconds.magnitude / 1000)."
                + String(repeating: "0", count: 3 - fraction.count) + fraction
        }
    }

    fileprivate var extendedText: String { extended.map { " \($0.rawValue)" } ?? "" }
    fileprivate var offsetText: String { offset.map { " offset \($0)" } ?? "" }
}

extension Aggregation {
    /// Everything in front of the arguments.
    var prefix: String {
        if !isWithout, grouping.isEmpty { return operation.rawValue }
        return operation.rawValue + (isWithout ? " without (" : " by (") + LabelText.list(grouping) + ") "
    }
}

extension Expression {
    /// The offset that its text ends with.
    fileprivate var lastOffset: DurationExpression? {
        switch self {
        case .vectorSelector(let node): node.modifiers.offset
        case .matrixSelector(let node): node.selector.modifiers.offset
        case .subquery(let node): node.modifiers.offset
        case .binary(let node): node.right.lastOffset
        case .unary(let node): node.operand.lastOffset
        default: nil
        }
    }
}

extension BinaryOperation {
    /// Behind an offset in parentheses arithmetic would go on with the offset, `x offset (5) - 3`; a sign keeps it off.
    /// `text` is the left side's.
    func leftText(_ text: String) -> String {
        guard case .parentheses? = left.lastOffset, let offset = left.lastOffset else { return text }
        let end = "\(offset)"
        return text.hasSuffix(end) ? text.dropLast(end.count) + "+" + end : text
    }

    /// The operator with its modifiers.
    var operatorText: String {
        operation.rawValue + (returnsBool ? " bool" : "") + (matching?.text ?? "")
    }
}

extension VectorMatching {
    fileprivate var text: String {
        let isGrouped = cardinality == .manyToOne || cardinality == .oneToMany
        var text = ""
        if !labels.isEmpty || isOn || isGrouped {
            text += (isOn ? " on (" : " ignoring (") + LabelText.list(labels) + ")"
        }
        if isGrouped {
            text += (cardinality == .manyToOne ? " group_left (" : " group_right (") + LabelText.list(include) + ")"
        }
        if let fillLeft, fillLeft == fillRight { return text + " fill (\(FloatText.general(fillLeft)))" }
        if let fillLeft { text += " fill_left (\(FloatText.general(fillLeft)))" }
        if let fillRight { text += " fill_right (\(FloatText.general(fillRight)))" }
        return text
    }
}

extension DurationExpression: CustomStringConvertible {
    package var description: String {
        switch self {
        case .literal(let milliseconds, _): return DurationText.text(milliseconds)
        case .number(let seconds, _): return FloatText.plain(seconds)
        case .step: return "step()"
        case .range: return "range()"
        case .negated(let operand, _): return "-\(operand)"
        case .parentheses(let inner, _): return "(\(inner))"
        case .binary(let operation, let left, let right, _): return "\(left) \(operation.rawValue) \(right)"
        case .minimum(let left, let right, _): return "min_of(\(left), \(right))"
        case .maximum(let left, let right, _): return "max_of(\(left), \(right))"
        }
    }
}

/// Label names as expressions spell them.
enum LabelText {
    /// Quoted when it is no plain word.
    static func name(_ name: String) -> String {
        LabelName.isLegacy(name) ? name : LiteralText.readable(GoText.quoted(name))
    }

    static func list(_ names: [String]) -> String { names.map(Self.name).joined(separator: ", ") }
}

/// Quoted text as the lexer takes it.
enum LiteralText {
    /// U+FFFD is printable, but in a query it counts as a byte that is no UTF-8: it is written as an escape.
    static func readable(_ quoted: String) -> String {
        guard quoted.unicodeScalars.contains("\u{fffd}") else { return quoted }
        return quoted.unicodeScalars.reduce(into: "") { text, scalar in
            if scalar == "\u{fffd}" { text += "\\ufffd" } else { text.unicodeScalars.append(scalar) }
        }
    }
}
