/// Why a text is not an expression. `description` is Prometheus's text: `1:5: parse error: …`.
package struct ParseError: Error, Sendable, CustomStringConvertible {
    /// Byte offsets in the query text.
    package var range: TextRange
    /// 1-based; columns count bytes. The line is 0 when the text is empty.
    package var line: Int
    package var column: Int
    package var message: String

    package init(range: TextRange, line: Int, column: Int, message: String) {
        self.range = range
        self.line = line
        self.column = column
        self.message = message
    }

    /// Finds line and column of the range's start.
    init(_ message: String, at range: TextRange, in text: [UInt8]) {
        let before = text.prefix(range.start)
        let line = text.isEmpty ? 0 : before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.init(range: range, line: line, column: range.start - lineStart + 1, message: message)
    }

    package var description: String {
        "\(line == 0 ? "unknown position" : "\(line):\(column)"): parse error: \(message)"
    }
}
