/// Why a text is not an expression. `description` is Prometheus's text: `1:5: parse error: …`.
package struct ParseError: Error, Sendable, CustomStringConvertible {
    /// Byte offsets in the query text.
    package var range: TextRange
    /// 1-based; columns count bytes.
    package var line: Int
    package var column: Int
    package var message: String

    package init(range: TextRange, line: Int, column: Int, message: String) {
        self.range = range
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String { "\(line):\(column): parse error: \(message)" }
}
