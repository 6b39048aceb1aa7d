import Model

/// A parsed expression. Positions are byte offsets into the text it was parsed from.
package indirect enum Expression: Sendable {
    case number(NumberLiteral)
    case string(StringLiteral)
    case vectorSelector(VectorSelector)
    case matrixSelector(MatrixSelector)
    case subquery(Subquery)
    case call(Call)
    case aggregation(Aggregation)
    case binary(BinaryOperation)
    case unary(UnaryOperation)
    case parentheses(Parentheses)
}

/// Bytes `start..<end` of the query text.
package struct TextRange: Sendable, Hashable {
    package var start: Int
    package var end: Int

    package init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }
}

/// What an expression evaluates to; the raw value is the name in error messages and the parse tree.
package enum ValueType: String, Sendable {
    case scalar
    case vector
    case matrix
    case string
    case none
}

package struct NumberLiteral: Sendable {
    package var value: Double
    /// The literal was written as a duration (`5m`), and is printed as one.
    package var isDuration: Bool
    package var range: TextRange

    package init(value: Double, isDuration: Bool = false, range: TextRange) {
        self.value = value
        self.isDuration = isDuration
        self.range = range
    }
}

package struct StringLiteral: Sendable {
    /// The content; escapes may have made it invalid UTF-8.
    package var bytes: [UInt8]
    package var range: TextRange

    package init(bytes: [UInt8], range: TextRange) {
        self.bytes = bytes
        self.range = range
    }

    /// The content as text, invalid UTF-8 repaired.
    package var value: String { String(decoding: bytes, as: UTF8.self) }
}

package struct UnaryOperation: Sendable {
    package var isNegation: Bool
    package var operand: Expression
    package var range: TextRange

    package init(isNegation: Bool, operand: Expression, range: TextRange) {
        self.isNegation = isNegation
        self.operand = operand
        self.range = range
    }
}

package struct Parentheses: Sendable {
    package var inner: Expression
    package var range: TextRange

    package init(inner: Expression, range: TextRange) {
        self.inner = inner
        self.range = range
    }
}
