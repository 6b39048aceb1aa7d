import Model
import PromQL
import Testing

/// Texts that fuzzing found: what is printed parses to the same.
@Suite struct FoundInputTests {
    @Test(arguments: [
        "foo offset+ -1^1", "foo offset - -step()", "foo offset + -(1m) ^ 2", "foo offset - + -1m * 2", "1s+-0s-5s",
        #"{"foo", a="\333"}"#, #"{"\xff"}"#, #"foo{"c\ufffd"="d", a!="\xdb", b="\ufffd"}"#, #"sum by ("\ufffd") (foo)"#,
        #"label_replace(foo, "a", "\ufffd\xff", "b", "")"#, "foo anchored offset +(5) anchored - -1e57",
        "foo offset +(5) - 3", "-foo @ 1 offset +(5 - 1) * 2 ^ bar offset +(5) / 2", "foo offset +(5) == 3",
    ])
    func printedTextParsesToTheSame(_ text: String) throws {
        let expression = try Parser.parse(text)
        let again = try Parser.parse(expression.description)
        #expect(again.description == expression.description)
        #expect(ParseTree.json(again) == ParseTree.json(expression))
        #expect(try ParseTree.json(Parser.parse(expression.pretty)) == ParseTree.json(expression))
    }

    @Test func valuesThatAreNoTextStayWhatTheyAre() throws {
        #expect(try Parser.parse(#"{"foo", a="\333"}"#).description == #"{__name__="foo",a="\xdb"}"#)
        let matcher = try #require(try Parser.selector(#"foo{a!="\xdb"}"#).first { $0.name == "a" })
        #expect(matcher.matches("\u{fffd}") && matcher.matchesEmpty)
        let equal = try #require(try Parser.selector(#"foo{a="\xdb"}"#).first { $0.name == "a" })
        #expect(!equal.matches("\u{fffd}") && !equal.matchesEmpty)
    }

    @Test(arguments: [
        (#"foo{a=~"\xdb"}"#, "1:5: parse error: error parsing regexp: invalid UTF-8: `\u{fffd}`"),
        (#"sum by ("\xdb") (foo)"#, #"1:9: parse error: invalid label name for grouping: "\xdb""#),
        (#"foo{"\xdb"="x"}"#, #"1:5: parse error: invalid label name for a matcher: "\xdb""#),
    ])
    func namesAndPatternsAreText(_ text: String, _ message: String) {
        #expect(throws: ParseError.self) { try Parser.parse(text) }
        do { _ = try Parser.parse(text) } catch { #expect(error.description == message) }
    }
}
