import Model
import TestSupport
import Testing

@Suite struct GoTextTests {
    @Test(arguments: [
        ("", "\"\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("\u{7}\u{8}\u{c}\n\r\t\u{b}", "\"\\a\\b\\f\\n\\r\\t\\v\""),
        ("\u{1}\u{7f}", "\"\\x01\\x7f\""), ("ä☺𐄑", "\"ä☺𐄑\""), ("\u{200b}\u{a0}", "\"\\u200b\\u00a0\""),
        ("\u{e0001}", "\"\\U000e0001\""), ("'`", "\"'`\""),
    ])
    func quotes(text: String, quoted: String) {
        #expect(GoText.quoted(text) == quoted)
        #expect(GoText.quoted(Array(text.utf8)) == quoted)
    }

    @Test func quotesBytesThatAreNoText() {
        #expect(GoText.quoted([0x61, 0xff, 0xe2, 0x98, 0x62]) == "\"a\\xff\\xe2\\x98b\"")
    }

    @Test func quotesSingleCharacters() {
        #expect(GoText.quoted("'" as Unicode.Scalar) == "'\\''")
        #expect(GoText.quoted("\"" as Unicode.Scalar) == "'\"'")
        #expect(GoText.codePoint("c") == "U+0063 'c'")
        #expect(GoText.codePoint("\n") == "U+000A")
    }

    @Test(arguments: [
        ("\"a\\tb\"", "a\tb"), ("'it\\'s'", "it's"), ("`a\\n\n`", "a\\n\n"),
        ("\"\\x41\\101\\u00e4\\U0001F600\"", "AAä😀"),
        ("\"\"", ""),
    ])
    func unquotes(text: String, content: String) {
        #expect(GoText.unquoted(Array(text.utf8)) == Array(content.utf8))
    }

    @Test func unquotesToBytes() {
        #expect(GoText.unquoted(Array("\"\\xff\\377\"".utf8)) == [0xff, 0xff])
    }

    @Test(arguments: [
        "", "\"", "\"a", "a\"", "\"a'", "\"\n\"", "\"\\c\"", "\"\\'\"", "'\\\"'", "\"\\x4\"", "\"\\u+123\"",
        "\"\\400\"",
        "\"\\ud800\"", "\"\\U00110000\"", "\"a\"b\"", "`a`b`", "\"\\",
    ])
    func refuses(text: String) {
        #expect(GoText.unquoted(Array(text.utf8)) == nil)
    }

    @Test func whatIsQuotedUnquotes() {
        let seed: UInt64 = 3
        var random = SeededRandom(seed: seed)
        for _ in 0..<1000 {
            let bytes = random.bytes(Int.random(in: 0...12, using: &random))
            let quoted = GoText.quoted(bytes)
            #expect(GoText.unquoted(Array(quoted.utf8)) == bytes, "seed \(seed): \(quoted)")
        }
    }
}
