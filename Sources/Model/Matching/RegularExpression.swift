import CRE2

/// A compiled RE2 expression: `.` matches newline, matches span the whole text.
final class RegularExpression: @unchecked Sendable {
    // Sendable: RE2 objects are immutable and safe to share; the pointer is freed once, here.
    private let handle: OpaquePointer

    /// Memory for a compiled program and the states found while matching, in bytes: what is enough for nearly all
    /// patterns, and what the others get.
    private static let memoryLimits = [2 << 20, 8 << 20]
    private static let tooLarge: Int32 = 15

    /// The program, and the states that matching may find.
    let byteCount: Int

    init(_ text: String) throws(PatternError) {
        var source = GoSyntax.translated(text)
        var limit = 0
        var candidate: OpaquePointer?
        for memory in Self.memoryLimits {
            limit = memory
            if let candidate { cre2_free(candidate) }
            candidate = source.withUTF8 { cre2_compile(Self.characters($0), $0.count, memory) }
            if candidate.map({ cre2_error_code($0) != Self.tooLarge }) ?? true { break }
        }
        guard let compiled = candidate else { throw PatternError(description: "out of memory") }
        // Of RE2's two thirds for matching forwards half is for the states of whole matches.
        byteCount = limit / 3 + cre2_program_bytes(compiled)
        if cre2_error(compiled) != nil {
            let error = PatternError(
                code: cre2_error_code(compiled), argument: String(cString: cre2_error_argument(compiled)))
            cre2_free(compiled)
            throw error
        }
        handle = compiled
    }

    deinit { cre2_free(handle) }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        cre2_full_match(handle, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count)
    }

    /// The ranges of the match and of its groups, empty ones for groups that took no part; nil when the
    /// text does not match.
    func groups(in text: UnsafeRawBufferPointer) -> [Range<Int>]? {
        let count = 1 + Int(cre2_group_count(handle))
        var ranges = [CRE2Range](repeating: CRE2Range(offset: -1, length: 0), count: count)
        let characters = text.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard cre2_full_match_groups(handle, characters, text.count, &ranges, Int32(count)) else { return nil }
        return ranges.map { $0.offset < 0 ? 0..<0 : $0.offset..<$0.offset + $0.length }
    }

    /// The number of a named group; nil when there is none.
    func groupNumber(_ name: String) -> Int? {
        var name = name
        let number = name.withUTF8 { cre2_group_named(handle, Self.characters($0), $0.count) }
        return number < 0 ? nil : Int(number)
    }

    private static func characters(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar>? {
        UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
    }
}
