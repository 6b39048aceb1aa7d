/// A condition on one label. A missing label counts as the empty value.
package struct LabelMatcher: Sendable, Hashable, CustomStringConvertible {
    package enum Operation: String, Sendable, Hashable {
        case equal = "="
        case notEqual = "!="
        case matches = "=~"
        case notMatches = "!~"
    }

    package let name: String
    package let operation: Operation
    /// The literal or the pattern, as written.
    package let value: String
    /// Present for the two pattern operations.
    package let pattern: LabelPattern?

    /// Fails when the pattern is not one RE2 takes.
    package init(_ name: String, _ operation: Operation, _ value: String) throws(PatternError) {
        self.name = name
        self.operation = operation
        self.value = value
        switch operation {
        case .equal, .notEqual: pattern = nil
        case .matches, .notMatches: pattern = try LabelPattern(value)
        }
    }

    private init(literal value: String, for name: String) {
        self.name = name
        operation = .equal
        self.value = value
        pattern = nil
    }

    /// `name="value"`, which cannot fail.
    package static func equal(_ name: String, _ value: String) -> LabelMatcher {
        LabelMatcher(literal: value, for: name)
    }

    package func matches(_ candidate: UnsafeRawBufferPointer) -> Bool {
        switch operation {
        case .equal: return isLiteral(candidate)
        case .notEqual: return !isLiteral(candidate)
        case .matches: return pattern?.matches(candidate) ?? false
        case .notMatches: return !(pattern?.matches(candidate) ?? false)
        }
    }

    package func matches(_ candidate: String) -> Bool {
        var candidate = candidate
        return candidate.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// True when a series without the label matches.
    package var matchesEmpty: Bool { matches("") }

    package var description: String { "\(name)\(operation.rawValue)\(GoText.quoted(value))" }

    package static func == (left: LabelMatcher, right: LabelMatcher) -> Bool {
        left.operation == right.operation && left.name.utf8.elementsEqual(right.name.utf8)
            && left.value.utf8.elementsEqual(right.value.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(operation)
        hasher.combine(value)
    }

    private func isLiteral(_ candidate: UnsafeRawBufferPointer) -> Bool {
        var value = value
        return value.withUTF8 { Labels.compare(UnsafeRawBufferPointer($0), candidate) == 0 }
    }
}
