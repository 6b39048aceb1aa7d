import Model

/// `name{matchers} offset … @ …`
package struct VectorSelector: Sendable {
    /// The name written in front of the braces; empty when there is none. Its matcher is in `matchers` too.
    package var name: String
    /// All matchers, the one for the name included.
    package var matchers: [LabelMatcher]
    package var modifiers: SelectorModifiers
    package var range: TextRange

    package init(name: String, matchers: [LabelMatcher], modifiers: SelectorModifiers = .init(), range: TextRange) {
        self.name = name
        self.matchers = matchers
        self.modifiers = modifiers
        self.range = range
    }
}

/// `selector[window]`
package struct MatrixSelector: Sendable {
    package var selector: VectorSelector
    package var window: DurationExpression
    package var range: TextRange

    package init(selector: VectorSelector, window: DurationExpression, range: TextRange) {
        self.selector = selector
        self.window = window
        self.range = range
    }
}

/// `expression[window:step] offset … @ …`
package struct Subquery: Sendable {
    package var inner: Expression
    package var window: DurationExpression
    /// Nil: the default step (the global evaluation interval).
    package var step: DurationExpression?
    package var modifiers: SelectorModifiers
    package var range: TextRange

    package init(
        inner: Expression, window: DurationExpression, step: DurationExpression?,
        modifiers: SelectorModifiers = .init(),
        range: TextRange
    ) {
        self.inner = inner
        self.window = window
        self.step = step
        self.modifiers = modifiers
        self.range = range
    }
}

package struct SelectorModifiers: Sendable {
    package enum At: Sendable, Equatable {
        /// Milliseconds since the epoch.
        case time(Int64)
        case start
        case end
    }

    package enum Extension: String, Sendable {
        case anchored
        case smoothed
    }

    /// Nil: no offset was written.
    package var offset: DurationExpression?
    package var at: At?
    package var extended: Extension?

    package init(offset: DurationExpression? = nil, at: At? = nil, extended: Extension? = nil) {
        self.offset = offset
        self.at = at
        self.extended = extended
    }
}

/// A duration in a window, a subquery's step or an offset: a literal or arithmetic over literals, `step()`
/// and `range()`.
package indirect enum DurationExpression: Sendable {
    /// Milliseconds; may be negative in an offset.
    case literal(Int64, TextRange)
    /// A plain number, in seconds.
    case number(Double, TextRange)
    case step(TextRange)
    case range(TextRange)
    case negated(DurationExpression, TextRange)
    case parentheses(DurationExpression, TextRange)
    case binary(BinaryOperator, DurationExpression, DurationExpression, TextRange)
    case minimum(DurationExpression, DurationExpression, TextRange)
    case maximum(DurationExpression, DurationExpression, TextRange)
}
