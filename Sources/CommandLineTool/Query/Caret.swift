import Model

/// Shows where in a query an error is.
enum Caret {
    /// The query's line and a caret below the place; nil when the message names none. Prometheus's messages carry it as
    /// `line:column: parse error:`, columns in bytes from 1.
    static func text(query: String, message: String) -> String? {
        guard let (line, column) = place(in: message) else { return nil }
        let lines = query.split(separator: "\n", omittingEmptySubsequences: false)
        guard line >= 1, line <= lines.count else { return nil }
        let before = lines[line - 1].utf8.prefix(max(0, column - 1))
        let indent = String(decoding: before, as: UTF8.self).map { $0 == "\t" ? "\t" : " " }.joined()
        return "  \(lines[line - 1])\n  \(indent)^\n"
    }

    private static func place(in message: String) -> (line: Int, column: Int)? {
        let words = message.split(separator: " ")
        for (word, next) in zip(words, words.dropFirst()) where next == "parse" {
            let numbers = word.split(separator: ":").compactMap { Int($0) }
            if numbers.count == 2, word.hasSuffix(":") { return (numbers[0], numbers[1]) }
        }
        return nil
    }
}
