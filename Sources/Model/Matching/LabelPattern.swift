import CRE2

/// Why RE2 refuses a pattern, in the words of Go's regexp package.
package struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
}

/// A fully anchored regular expression (RE2; `.` matches newline).
package final class LabelPattern: @unchecked Sendable {
    // Sendable: RE2 objects are immutable and safe to share; the pointer is freed once, here.
    let handle: OpaquePointer

    /// At most this much memory for a compiled program, in bytes.
    private static let memoryLimit = 8 << 20

    package init(_ text: String) throws(PatternError) {
        var text = text
        let compiled = text.withUTF8 {
            cre2_compile(
                UnsafeRawPointer($0.baseAddress)?.assumingMemoryBound(to: CChar.self), $0.count, Self.memoryLimit)
        }
        guard let compiled else { throw PatternError(description: "out of memory") }
        if let reason = cre2_error(compiled) {
            let error = PatternError(description: "error parsing regexp: " + String(cString: reason))
            cre2_free(compiled)
            throw error
        }
        handle = compiled
    }

    deinit { cre2_free(handle) }

    /// True when the whole text matches.
    package func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        cre2_full_match(handle, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count)
    }

    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// The texts that match, when the pattern is nothing but a choice of literals.
    package var literalSet: [String]? { nil }

    /// True when every text matches.
    package var matchesEverything: Bool { false }

    /// What every text that matches begins with, if the pattern says so.
    package var prefix: String? { nil }

    /// Capturing groups, without the whole match.
    var groupCount: Int { Int(cre2_group_count(handle)) }

    /// The number of a named group, -1 when there is none.
    func groupNumber(_ name: String) -> Int {
        var name = name
        return name.withUTF8 {
            Int(
                cre2_group_named(
                    handle, UnsafeRawPointer($0.baseAddress)?.assumingMemoryBound(to: CChar.self), $0.count))
        }
    }

    /// True when the whole text matches; then the ranges of the match and its groups are filled in.
    func match(_ text: UnsafeRawBufferPointer, _ ranges: inout [CRE2Range]) -> Bool {
        cre2_full_match_groups(
            handle, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, &ranges, Int32(ranges.count))
    }
}
