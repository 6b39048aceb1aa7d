import Model
import Testing

@testable import CommandLineTool

@Suite struct JSONReaderTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true ", .boolean(true)), ("false", .boolean(false)), ("-1.5e3", .number(-1500)),
        (#""a\n\u0041\ud83d\ude00\"\/""#, .string("a\nA😀\"/")), (#""\ud83d""#, .string("\u{fffd}")),
        ("[]", .array([])), ("[1, [2]]", .array([.number(1), .array([.number(2)])])),
        (#"{"a":{}, "b" : [null]}"#, .object(["a": .object([:]), "b": .array([.null])])),
    ])
    func reads(text: String, expected: JSONValue) throws {
        #expect(try JSONReader.read(Array(text.utf8)) == expected)
    }

    @Test(arguments: ["", "[1,]", "{\"a\"}", "tru", "\"a", "1 2", "+1", "{a:1}", "\"\n\"", #""\x""#, "-", "[", "NaN"])
    func refuses(text: String) {
        #expect(throws: JSONReader.Problem.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test func deepNestingIsRefused() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONReader.Problem.self) { try JSONReader.read(Array(text.utf8)) }
    }
}
