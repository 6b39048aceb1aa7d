import Model

/// Which syntax is accepted besides the stable one. All of it by default.
package struct ParserOptions: Sendable {
    /// Functions and aggregations marked experimental.
    package var experimentalFunctions = true
    /// Arithmetic in windows, steps and offsets.
    package var durationExpressions = true
    /// `anchored` and `smoothed`.
    package var extendedSelectors = true
    /// `fill`, `fill_left`, `fill_right`.
    package var fillModifiers = true
    /// Asked, with its bytes, whether one more regular expression may be held.
    package var takesPattern: (@Sendable (_ bytes: Int) -> Bool)?

    package init() {}
}

/// Text to a type-checked expression.
package enum Parser {
    /// Nodes on the longest way from the root to a leaf. What works on trees is recursive, and stacks are finite.
    package static let maximumDepth = 500
    /// Parentheses, calls, signs and right sides inside each other: the parser's own recursion, which costs more.
    package static let maximumNesting = 200

    /// Bytes of compiled regular expressions in one text.
    package static let maximumPatternBytes = 64 << 20

    /// Fails with the first error Prometheus would show.
    package static func parse(_ text: String, options: ParserOptions = .init()) throws(ParseError) -> Expression {
        var parser = ExpressionParser(text, options: options)
        return try parser.wholeExpression()
    }

    /// The matchers of `name{…}` alone, as the API's `match[]` takes them; they may all match the empty
    /// value.
    package static func selector(_ text: String) throws(ParseError) -> [LabelMatcher] {
        var parser = ExpressionParser(text, options: .init())
        return try parser.wholeSelector().matchers
    }

    /// A line of series notation.
    package static func seriesDescription(_ text: String) throws(ParseError) -> SeriesDescription {
        var parser = SeriesParser(text)
        return try parser.wholeDescription()
    }
}
