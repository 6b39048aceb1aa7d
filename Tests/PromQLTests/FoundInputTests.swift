import PromQL
import Testing

/// Texts that fuzzing found: what is printed parses to the same.
@Suite struct FoundInputTests {
    @Test(arguments: [
        "foo offset+ -1^1", "foo offset - -step()", "foo offset + -(1m) ^ 2", "foo offset - + -1m * 2", "1s+-0s-5s",
    ])
    func printedTextParsesToTheSame(_ text: String) throws {
        let expression = try Parser.parse(text)
        let again = try Parser.parse(expression.description)
        #expect(again.description == expression.description)
        #expect(ParseTree.json(again) == ParseTree.json(expression))
    }
}
