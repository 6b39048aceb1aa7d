/// Why a pattern is refused, in the words of Go's regexp package.
package struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(description: String) { self.description = description }

    /// `code` is RE2's, `argument` the part of the pattern that is wrong.
    init(code: Int32, argument: String) {
        description = "error parsing regexp: \(Self.reason(code)): `\(argument)`"
    }

    /// A pattern that is no UTF-8.
    init(invalidText bytes: [UInt8]) {
        self.init(code: 13, argument: String(decoding: bytes, as: UTF8.self))
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case 2: return "invalid escape sequence"
        case 3: return "invalid character class"
        case 4: return "invalid character class range"
        case 5: return "missing closing ]"
        case 6: return "missing closing )"
        case 7: return "unexpected )"
        case 8: return "trailing backslash at end of expression"
        case 9: return "missing argument to repetition operator"
        case 10: return "invalid repeat count"
        case 11: return "invalid nested repetition operator"
        case 12: return "invalid or unsupported Perl syntax"
        case 13: return "invalid UTF-8"
        case 14: return "invalid named capture"
        case 15: return "expression too large"
        default: return "regexp/syntax: internal error"
        }
    }
}
