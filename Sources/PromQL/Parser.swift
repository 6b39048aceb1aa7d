import Model

/// Text to a type-checked expression.
package enum Parser {
    /// All experimental syntax is accepted. Fails with the first error Prometheus would show.
    package static func parse(_ text: String) throws(ParseError) -> Expression {
        throw ParseError(range: TextRange(0, 0), line: 1, column: 1, message: "parser missing")
    }
}
