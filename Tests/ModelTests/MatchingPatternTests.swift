import TestSupport
import Testing

@testable import Model

@Suite struct MatchingPatternTests {
    /// Whatever is compared as bytes must match as RE2 would.
    @Test(arguments: 0..<30) func choicesMatchAsExpressionsDo(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var choices = 0
        for _ in 0..<150 {
            let text = PatternSamples.pattern(depth: 3, &random)
            guard let expression = try? RegularExpression(text) else {
                #expect(throws: PatternError.self, "seed \(seed): \(text)") { try LabelPattern(text) }
                continue
            }
            let pattern = try LabelPattern(text)
            if PatternChoice(text) != nil { choices += 1 }
            for _ in 0..<25 {
                let subject = PatternSamples.subject(&random)
                let expected = Array(subject.utf8).withUnsafeBytes { expression.matches($0) }
                try #require(
                    pattern.matches(subject) == expected, "seed \(seed): \(text) on \(subject.debugDescription)")
            }
            for literal in pattern.literalSet ?? [] {
                #expect(Array(literal.utf8).withUnsafeBytes { expression.matches($0) }, "seed \(seed): \(text)")
            }
        }
        #expect(choices > 20)
    }

    @Test(arguments: [
        ("a|b|c", ["a", "b", "c"]), ("", [""]), ("(a|b)c", ["ac", "bc"]), ("https?", ["https", "http"]),
        ("^up$", ["up"]), ("[45]xx", ["4xx", "5xx"]), ("a\\.b", ["a.b"]), ("x(?:y|)z", ["xyz", "xz"]),
        ("a|b|a", ["a", "b"]), ("é?", ["é", ""]),
    ])
    func literalsAreListed(text: String, expected: [String]) throws {
        #expect(try LabelPattern(text).literalSet == expected)
    }

    @Test(arguments: ["a.*", ".+", "a.b", "a|b.*", "(?i)a", "\\d", "a{2}", "a+", "a*?", "[a-c]", "(?P<n>a)"])
    func othersAreNot(text: String) throws {
        #expect(try LabelPattern(text).literalSet == nil)
    }

    @Test func onlyTheStarMatchesEverything() throws {
        for text in [".*", "a|.*", "(.*)", ".*.*", "^.*$"] { #expect(try LabelPattern(text).matchesEverything) }
        for text in [".+", "", "a.*", ".*a.*", ".*.+"] { #expect(try !LabelPattern(text).matchesEverything) }
    }

    @Test func manyLiteralsAreOneLookUp() throws {
        let names = (0..<10_000).map { "instance-\($0)\\.example:9100" }
        let pattern = try LabelPattern(names.joined(separator: "|"))
        #expect(pattern.literalSet?.count == 10_000)
        #expect(pattern.matches("instance-77.example:9100"))
        #expect(!pattern.matches("instance-77.example:910"))
        #expect(!pattern.matches("instance-77xexample:9100"))
    }

    /// What Grafana sends when nobody escapes the dots.
    @Test func manyLiteralsWithDotsAreOneLookUpForEachShape() throws {
        let names = (0..<10_000).map { "node-\($0).rack\($0 % 40).example.com:9100" }
        let pattern = try LabelPattern(names.joined(separator: "|"))
        let choice = try #require(PatternChoice(names.joined(separator: "|")))
        #expect(choice.masked.count == 10_000)
        #expect(MaskedLiteralSet(choice.masked) != nil)
        #expect(pattern.matches("node-77.rack37.example.com:9100"))
        #expect(pattern.matches("node-77xrack37\nexampleécom:9100"))
        #expect(!pattern.matches("node-77.rack38.example.com:9100"))
        #expect(!pattern.matches("node-77.rack37.example.com:910"))
        #expect(!pattern.matches("node-77.rack37.examplecom:9100"))
    }

    /// Too many shapes, or literals beyond ASCII: RE2 answers.
    @Test func dotsInAllPlacesAreLeftToRE2() throws {
        let letters = Array("abcdefghijklmnopqrstuvwxyzabcdefghijklmn")
        let texts = letters.indices.map { place in String(letters.indices.map { $0 == place ? "." : letters[$0] }) }
        #expect(MaskedLiteralSet(try #require(PatternChoice(texts.joined(separator: "|"))).masked) == nil)
        let pattern = try LabelPattern(texts.joined(separator: "|"))
        #expect(pattern.matches(String(letters)) && !pattern.matches(String(letters) + "a"))
        #expect(try LabelPattern("日.本").matches("日é本"))
    }

    /// A long literal before many classes would be copied for every combination.
    @Test func longLiteralsAreNotMultiplied() throws {
        let text = String(repeating: "x", count: 10_000) + String(repeating: "[ab]", count: 12)
        #expect(PatternChoice(text) == nil)
        #expect(try LabelPattern(text).matches(String(repeating: "x", count: 10_000) + "abababababab"))
    }

    /// Each group would multiply what came before it.
    @Test func productsOfGroupsAreBounded() throws {
        let names = (0..<2000).map { "n\($0)" }.joined(separator: "|")
        let pattern = try LabelPattern("(" + names + ")" + String(repeating: "(a)", count: 300))
        #expect(pattern.literalSet == nil)
        #expect(pattern.matches("n77" + String(repeating: "a", count: 300)))
        #expect(try LabelPattern(String(repeating: "a?", count: 30)).matches("aaa"))
    }

    /// Go's words, as Prometheus shows them.
    @Test(arguments: [
        ("(a", "missing closing ): `(a`"), ("a)", "unexpected ): `a)`"), ("[a", "missing closing ]: `[a`"),
        ("*", "missing argument to repetition operator: `*`"), ("a**", "invalid nested repetition operator: `**`"),
        ("a|*", "missing argument to repetition operator: `*`"), ("a{2,1}", "invalid repeat count: `{2,1}`"),
        ("[z-a]", "invalid character class range: `z-a`"), ("\\8", "invalid escape sequence: `\\8`"),
        ("a\\", "trailing backslash at end of expression: ``"), ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        ("(?P<n", "invalid named capture: `(?P<n`"), ("a{1001}", "invalid repeat count: `{1001}`"),
        ("[[:nope:]]", "invalid character class range: `[:nope:]`"),
        ("(?z)", "invalid or unsupported Perl syntax: `(?z`"),
    ])
    func errorsSpeakGo(text: String, expected: String) {
        #expect(throws: PatternError(description: "error parsing regexp: " + expected)) { try LabelPattern(text) }
    }
}

/// Random patterns, right and wrong, over an alphabet small enough for matches to happen.
enum PatternSamples {
    static func pattern(depth: Int, _ random: inout SeededRandom) -> String {
        let alternatives = random.oneIn(3) ? Int.random(in: 2...4, using: &random) : 1
        return (0..<alternatives).map { _ in
            (0..<Int.random(in: 0...3, using: &random)).map { _ in item(depth: depth, &random) }.joined()
        }.joined(separator: "|")
    }

    private static func item(depth: Int, _ random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1: return ".*"
        case 2: return ".+"
        case 3 where depth > 0: return "(" + pattern(depth: depth - 1, &random) + ")"
        case 4 where depth > 0: return "(?:" + pattern(depth: depth - 1, &random) + ")?"
        case 5: return random.pick(["[ab]", "[a-c]", "[^a]", "[.]", "."])
        case 6: return random.pick(["^", "$", "\\.", "\\n", "\\w", "a*", "b+?", "é?", "a{2}", "(?i)A"])
        case 7: return random.pick(["*", ")", "\\", "(", "??", "]", "}"])
        default: return random.pick(["a", "b", "ab", "é", "\n", "c.", "日"])
        }
    }

    static func subject(_ random: inout SeededRandom) -> String {
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
            random.pick(["a", "b", "c", "é", "\n", ".", "日", "A", "ab", "]"])
        }.joined()
    }
}
