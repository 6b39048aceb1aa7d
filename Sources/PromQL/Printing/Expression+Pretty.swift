/// The form for people (`format_query`): what does not fit into a line is split at its outermost operator or
/// call, its parts are indented.
extension Expression {
    package var pretty: String { pretty(level: 0) }

    private static let lineLength = 100

    private func pretty(level: Int) -> String {
        let indent = Self.indent(level)
        switch self {
        case .unary(let node):
            return indent + node.sign + node.operand.pretty(level: level).drop { $0 == " " }
        case .number, .string, .vectorSelector, .matrixSelector:
            return indent + description
        default: break
        }
        let line = description
        if case .subquery(let node) = self {
            return line.utf8.count <= Self.lineLength ? line : node.inner.pretty(level: level) + node.suffix
        }
        return line.utf8.count <= Self.lineLength ? indent + line : split(level: level, indent)
    }

    private func split(level: Int, _ indent: String) -> String {
        switch self {
        case .aggregation(let node):
            let parameter = node.parameter.map { $0.pretty(level: level + 1) + ",\n" } ?? ""
            return "\(indent)\(node.prefix)(\n\(parameter)\(node.argument.pretty(level: level + 1))\n\(indent))"
        case .binary(let node):
            return node.leftText(node.left.pretty(level: level + 1)) + "\n\(indent)\(node.operatorText)\n"
                + node.right.pretty(level: level + 1)
        case .call(let node):
            let arguments = node.arguments.map { $0.pretty(level: level + 1) }.joined(separator: ",\n")
            return "\(indent)\(node.function.name)(\n\(arguments)\n\(indent))"
        case .parentheses(let node):
            return "\(indent)(\n\(node.inner.pretty(level: level + 1))\n\(indent))"
        default:
            return indent + description
        }
    }

    private static func indent(_ level: Int) -> String { String(repeating: "  ", count: level) }
}
