import PromQL

enum ParserTarget {
    static func run(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        for isSeries in [false, true] {
            var lexer = Lexer(text, seriesNotation: isSeries)
            var count = 0
            while true {
                let kind = lexer.next().kind
                if case .failure = kind { break }
                if kind == .endOfInput { break }
                count += 1
                // A token takes at least a byte, but for a few that only separate.
                if count > 2 * text.utf8.count + 8 { return "the lexer does not come to an end" }
            }
        }
        _ = try? Parser.seriesDescription(text)
        _ = try? Parser.selector(text)
        guard let expression = try? Parser.parse(text) else { return nil }
        return comparePrinted(expression, expression.description) ?? comparePrinted(expression, expression.pretty)
    }

    /// What is printed parses to the same tree.
    private static func comparePrinted(_ expression: Expression, _ printed: String) -> String? {
        do throws(ParseError) {
            let again = try Parser.parse(printed)
            if again.description != expression.description { return "\(printed) is printed again as \(again)" }
            // Printing sorts matchers, so their order in the tree is left open.
            let isSame = ParseTree.json(again).utf8.sorted() == ParseTree.json(expression).utf8.sorted()
            return isSame ? nil : "\(printed) parses to another tree"
        } catch {
            return "\(printed) does not parse: \(error)"
        }
    }
}
