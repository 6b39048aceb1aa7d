import PromQL
import TestSupport
import Testing

/// Properties of the parser on generated text.
@Suite struct GeneratedExpressionTests {
    // No infinities: they are printed with a sign, which binds otherwise in front of a power.
    private static let words = [
        "foo", "a:b", "sum", "by", "without", "on", "ignoring", "group_left", "bool", "offset", "@", "start()", "end()",
        "rate", "time()", "topk", "count_values", "1", "5m", "0x1F", "1e3", "\"s\"", "'t'", "`u`", "(", ")", "{",
        "}", "[", "]", "[5m]", "[5m:1m]", "{a=\"b\"}", "a", "=", "!=", "=~", "!~", "==", "<=", "<", ">", "+", "-", "*",
        "/", "%", "^", "and", "or", "unless", "atan2", ",", ":", "fill(1)", "step()", "anchored", "smoothed", "min_of",
        " ", "\n", "#c\n", "\\", "\u{0}", "ä", "\"\\x",
    ]

    /// Whatever the text, there is an expression or an error inside the text.
    @Test func anyTextHasAnAnswer() {
        let seed: UInt64 = 0xf00d
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let words = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                Self.words.randomElement(using: &random) ?? ""
            }
            let text = words.joined(separator: random.chance(0.5) ? " " : "")
            do {
                let expression = try Parser.parse(text)
                Self.checkPrinting(expression, "seed \(seed): \(text)")
            } catch {
                let whole = 0...text.utf8.count
                let isInside = whole.contains(error.range.start) && whole.contains(error.range.end)
                #expect(isInside, "seed \(seed): \(text): \(error)")
            }
        }
    }

    /// What is printed parses to the same, in both forms.
    @Test func printedTextParsesToTheSame() throws {
        let seed: UInt64 = 0xcafe
        var generator = ExpressionGenerator(seed: seed)
        for _ in 0..<2000 {
            let text = generator.vector(depth: 5)
            let expression = try Parser.parse(text)
            Self.checkPrinting(expression, "seed \(seed): \(text)")
        }
    }

    private static func checkPrinting(_ expression: PromQL.Expression, _ context: String) {
        let printed = expression.description
        let again = try? Parser.parse(printed)
        #expect(again?.description == printed, "\(context): printed \(printed)")
        #expect((try? Parser.parse(expression.pretty))?.description == printed, "\(context)")
    }
}

/// Writes valid expressions.
struct ExpressionGenerator {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private mutating func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }

    mutating func vector(depth: Int) -> String {
        if depth == 0 { return selector() + modifier() }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return selector() + modifier()
        case 1: return "\(pick(["sum", "max", "group"])) \(grouping())(\(vector(depth: depth - 1)))"
        case 2: return "topk\(grouping())(\(scalar(depth: depth - 1)), \(vector(depth: depth - 1)))"
        case 3: return "\(pick(["rate", "increase", "avg_over_time"]))(\(matrix(depth: depth - 1)))"
        case 4: return "(\(vector(depth: depth - 1)))"
        case 5: return "-\(vector(depth: depth - 1))"
        case 6: return "clamp(\(vector(depth: depth - 1)), \(scalar(depth: depth - 1)), 1h)"
        default: return binary(depth: depth - 1)
        }
    }

    private mutating func binary(depth: Int) -> String {
        let operators = ["+", "-", "*", "/", "%", "^", "==", "!= bool", "<", "and", "or", "unless", "atan2"]
        let symbol = pick(operators)
        let isSet = ["and", "or", "unless"].contains(symbol)
        let matching = pick(
            ["", " on (a)", " ignoring ()", " on (\"a.b\", c)"]
                + (isSet ? [] : [" on (a) group_left (b)", " ignoring (x) group_right ()", " fill (0)"]))
        return "\(vector(depth: depth)) \(symbol)\(matching) \(vector(depth: depth))"
    }

    private mutating func scalar(depth: Int) -> String {
        if depth == 0 || random.chance(0.5) { return pick(["1", "0.5", "2e10", "1m30s", "-3", "time()"]) }
        return "\(scalar(depth: depth - 1)) \(pick(["+", "-", "*", "^", "> bool"])) \(scalar(depth: depth - 1))"
    }

    private mutating func matrix(depth: Int) -> String {
        let window = pick(["5m", "300", "2 * 5m", "(step() + 1m)", "min_of(5m, range())"])
        // Arithmetic behind a parenthesised offset would belong to the offset.
        if random.chance(0.5) { return "\(selector())[\(window)]\(pick([modifier(), " offset (5m + step())"]))" }
        return "(\(vector(depth: depth > 0 ? depth - 1 : 0)))[\(window):\(pick(["", "1m", "step()"]))]\(modifier())"
    }

    private mutating func selector() -> String {
        pick([
            "foo", "a:b{c!=\"d\"}", "{x=~\"a.*\", y!~'b'}", "{\"met ric\", \"l.b\"=`v`}", "sum{by=\"1\"}", "offset",
            "foo{b=\"\\n\\\"\", a=\"ä\"}",
        ])
    }

    private mutating func modifier() -> String {
        pick(["", "", "", " offset 5m", " offset -1h", " @ 12.5", " @ end()", " @ 1 offset 5s"])
    }

    private mutating func grouping() -> String { pick(["", " by (a, \"b c\")", " without ()", " without (a)"]) }
}
