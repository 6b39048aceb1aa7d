import Foundation
import PromQL
import Testing

/// Deep expressions end in an error, never in an overflowing stack.
@Suite struct DepthTests {
    private struct Shape: Sendable {
        var name: String
        /// The deepest that is accepted.
        var limit: Int
        /// A text whose tree is so many levels deep.
        var text: @Sendable (Int) -> String

        init(_ name: String, _ limit: Int, _ text: @escaping @Sendable (Int) -> String) {
            self.name = name
            self.limit = limit
            self.text = text
        }
    }

    private static let shapes = [
        Shape("parentheses", Parser.maximumNesting) { wrapped("x", "(", ")", $0 - 1) },
        Shape("calls", Parser.maximumNesting) { wrapped("x", "abs(", ")", $0 - 1) },
        Shape("aggregations", Parser.maximumNesting) { wrapped("x", "sum(", ")", $0 - 1) },
        Shape("signs", Parser.maximumNesting) { wrapped("x", "-", "", $0 - 1) },
        Shape("powers", Parser.maximumNesting) { chain("x", "^", $0) },
        Shape("sums", Parser.maximumDepth) { chain("x", "+", $0) },
        Shape("subqueries", Parser.maximumDepth) { wrapped("x", "", "[5m:]", $0 - 1) },
        Shape("steps", Parser.maximumNesting - 1) { "x[" + wrapped("5m", "(", ")", $0 - 1) + "]" },
        Shape("step sums", Parser.maximumDepth) { "x[" + chain("5m", "+", $0) + "]" },
        Shape("step signs", Parser.maximumNesting - 1) { "x[" + wrapped("step()", "-", "", $0 - 1) + "]" },
    ]

    private static func wrapped(_ text: String, _ open: String, _ close: String, _ count: Int) -> String {
        String(repeating: open, count: count) + text + String(repeating: close, count: count)
    }

    private static func chain(_ text: String, _ joint: String, _ count: Int) -> String {
        Array(repeating: text, count: count).joined(separator: joint)
    }

    @Test(arguments: shapes.indices)
    func tooDeep(index: Int) {
        let shape = Self.shapes[index]
        for depth in [shape.limit + 1, 20_000] {
            #expect(throws: ParseError.self, "\(shape.name)") { try Parser.parse(shape.text(depth)) }
        }
    }

    /// What is accepted can be parsed, printed and freed on a stack of four megabytes, unoptimised.
    @Test(arguments: shapes.indices)
    func theDeepestFitsTheStack(index: Int) {
        let shape = Self.shapes[index]
        let input = shape.text(shape.limit)
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            if let expression = try? Parser.parse(input) {
                if !expression.description.isEmpty, !expression.pretty.isEmpty, !ParseTree.json(expression).isEmpty {
                    done.signal()
                }
            } else if shape.name == "subqueries" {
                // Only a vector may stand in a subquery: the wrong type is found, at the same depth.
                done.signal()
            }
        }
        thread.stackSize = 4 << 20
        thread.start()
        #expect(done.wait(timeout: .now() + 60) == .success, "\(shape.name)")
    }

    @Test func ordinaryChainsAreAccepted() throws {
        let chain = (0..<400).map { "metric_\($0)" }.joined(separator: " or ")
        #expect(try Parser.parse(chain).description == chain)
    }

    @Test func theErrorSaysSo() {
        do {
            _ = try Parser.parse(String(repeating: "(", count: 2 * Parser.maximumNesting))
            Issue.record("accepted")
        } catch {
            #expect(error.message.contains("nested too deeply"))
            #expect(error.column == Parser.maximumNesting + 1)
        }
    }
}
