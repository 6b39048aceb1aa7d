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
    /// The literal where it is no UTF-8, which `value` cannot hold. No label has such a value.
    package let invalidValue: [UInt8]?
    /// Present for the two pattern operations.
    package let pattern: LabelPattern?

    /// Fails when the pattern is not one RE2 takes.
    package init(_ name: String, _ operation: Operation, _ value: String) throws(PatternError) {
        switch operation {
        case .equal, .notEqual: self.init(name, operation, value, invalidValue: nil)
        case .matches, .notMatches: self.init(name, operation, value, pattern: try LabelPattern(value))
        }
    }

    /// The value's bytes need not be UTF-8; those of a pattern have to.
    package init(_ name: String, _ operation: Operation, bytes: [UInt8]) throws(PatternError) {
        if let value = String(validating: bytes, as: UTF8.self) {
            try self.init(name, operation, value)
        } else if operation == .matches || operation == .notMatches {
            throw PatternError(invalidText: bytes)
        } else {
            self.init(name, operation, String(decoding: bytes, as: UTF8.self), invalidValue: bytes)
        }
    }

    private init(
        _ name: String, _ operation: Operation, _ value: String, invalidValue: [UInt8]? = nil,
        pattern: LabelPattern? = nil
    ) {
        self.name = name
        self.operation = operation
        self.value = value
        self.invalidValue = invalidValue
        self.pattern = pattern
    }

    /// `name="value"`, which cannot fail.
    package static func equal(_ name: String, _ value: String) -> LabelMatcher {
        LabelMatcher(name, .equal, value, invalidValue: nil)
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

    package var description: String { "\(name)\(operation.rawValue)\(quotedValue)" }

    /// The value in double quotes, with Go's escapes.
    package var quotedValue: String { invalidValue.map { GoText.quoted($0) } ?? GoText.quoted(value) }

    package static func == (left: LabelMatcher, right: LabelMatcher) -> Bool {
        left.operation == right.operation && left.name.utf8.elementsEqual(right.name.utf8)
            && left.value.utf8.elementsEqual(right.value.utf8) && left.invalidValue == right.invalidValue
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(operation)
        hasher.combine(value)
    }

    private func isLiteral(_ candidate: UnsafeRawBufferPointer) -> Bool {
        if invalidValue != nil { return false }
        var value = value
        return value.withUTF8 { Labels.compare(UnsafeRawBufferPointer($0), candidate) == 0 }
    }
}
