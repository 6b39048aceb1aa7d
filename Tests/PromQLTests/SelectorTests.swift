import Model
import PromQL
import Testing

/// The API's `match[]` parameter: a selector and nothing else.
@Suite struct SelectorTests {
    @Test(arguments: [
        ("up", ["__name__=\"up\""]), ("up{job=\"a\"}", ["job=\"a\"", "__name__=\"up\""]),
        ("{__name__=~\"a.*\", b!=\"c\"}", ["__name__=~\"a.*\"", "b!=\"c\""]), ("{\"up\"}", ["__name__=\"up\""]),
        ("{}", []), ("sum", ["__name__=\"sum\""]), (" up # comment", ["__name__=\"up\""]),
    ])
    func reads(text: String, matchers: [String]) throws {
        #expect(try Parser.selector(text).map(\.description) == matchers)
    }

    @Test(arguments: [
        ("", "unknown position: parse error: unexpected end of input"),
        ("up[5m]", "1:3: parse error: unexpected \"[\""), ("up offset 5m", "1:4: parse error: unexpected <offset>"),
        ("rate(up)", "1:5: parse error: unexpected \"(\""), ("1", "1:1: parse error: unexpected number \"1\""),
        ("up{a=~\"(\"}", "1:4: parse error: error parsing regexp: missing closing ): `(`"),
    ])
    func refuses(text: String, message: String) {
        do throws(ParseError) {
            _ = try Parser.selector(text)
            Issue.record("\(text) was accepted")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test func positionsCountLinesAndBytes() {
        do throws(ParseError) {
            _ = try Parser.parse("sum(\n  up{ä=\"1\"}\n)")
            Issue.record("accepted")
        } catch {
            #expect(error.description == "2:6: parse error: unexpected character inside braces: 'ä'")
            #expect(error.range.start == 10)
        }
    }
}
