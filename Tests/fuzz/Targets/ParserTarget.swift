import PromQL

/// Text to tokens, to trees, and back to text.
enum ParserTarget {
    /// The lexer comes to an end, whatever state it gets into.
    static func lex(_ bytes: [UInt8]) -> String? {
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
        return nil
    }

    /// An expression, or an error inside the text.
    static func parse(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try? Parser.seriesDescription(text)
        _ = try? Parser.selector(text)
        do throws(ParseError) {
            _ = try Parser.parse(text)
            return nil
        } catch {
            let whole = 0...text.utf8.count
            let isInside = whole.contains(error.range.start) && whole.contains(error.range.end)
            return isInside ? nil : "\(error) stands outside of the text"
        }
    }

    /// What is printed, in either form, parses to the same tree.
    static func print(_ bytes: [UInt8]) -> String? {
        guard let expression = try? Parser.parse(String(decoding: bytes, as: UTF8.self)) else { return nil }
        return comparePrinted(expression, expression.description) ?? comparePrinted(expression, expression.pretty)
    }

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
