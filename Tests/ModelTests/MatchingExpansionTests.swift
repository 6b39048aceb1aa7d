import Testing

@testable import Model

/// Go's rules for replacement templates.
@Suite struct MatchingExpansionTests {
    @Test(arguments: [
        ("(.*)-(.*)", "a-b", "$2:$1", "b:a"), ("(.*)-(.*)", "a-b", "${1}x$2", "axb"), ("(.*)", "v", "$1x", ""),
        ("(?P<n>.*)", "v", "$n", "v"), ("(?P<n>.*)", "v", "${n}n$nn", "vn"), ("(?<n>.*)", "v", "$n", "v"),
        ("(.*)", "v", "$$1", "$1"), ("(.*)", "v", "$", "$"), ("(.*)", "v", "a$", "a$"), ("(.*)", "v", "${1", "${1"),
        ("(.*)", "v", "${}", "${}"), ("(.*)", "v", "$01", ""), ("(.*)", "v", "$2", ""), ("(.*)", "v", "$0", "v"),
        ("(a)|(b)", "b", "[$1$2]", "[b]"), ("a|b", "b", "plain", "plain"), ("a|b", "b", "", ""),
        ("a|b", "b", "$0$0", "bb"),
        ("(.*)", "é日", "$1!", "é日!"), ("(.*)", "v", "$é", ""), ("(.*)", "v", "$-", "$-"), ("(.*)", "", "<$1>", "<>"),
        (".*", "", "x", "x"), ("(\\w+)\n.*", "l\nm", "$1", "l"),
    ])
    func templatesAreExpanded(pattern: String, text: String, template: String, expected: String) throws {
        #expect(try LabelPattern(pattern).expand(template, in: text) == expected)
    }

    @Test func textThatDoesNotMatchIsLeftAlone() throws {
        #expect(try LabelPattern("a").expand("x", in: "b") == nil)
        #expect(try LabelPattern("a.").expand("x", in: "xa1") == nil)
    }
}
