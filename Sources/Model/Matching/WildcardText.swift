import Platform

/// Literals with gaps between them, at least one: `api.*`, `.+_total`, `.*error.*`, `a.*b.+c`. A gap is any
/// text, or any but the empty one.
///
/// The leftmost place for each inner literal is as good as any other, because a gap takes whatever is in
/// between.
struct WildcardText: Sendable {
    struct Part: Sendable {
        /// Bytes that the gap before the literal takes at least: 0 or 1.
        let gap: Int
        let literal: [UInt8]
    }

    let prefix: [UInt8]
    /// The literals between prefix and suffix.
    private let parts: [Part]
    private let lastGap: Int
    private let suffix: [UInt8]
    private let shortest: Int

    /// `parts` are what stands behind the prefix; the last part is the suffix.
    init(prefix: [UInt8], parts: [Part]) {
        self.prefix = prefix
        self.parts = parts.dropLast()
        lastGap = parts.last?.gap ?? 0
        suffix = parts.last?.literal ?? []
        shortest = parts.reduce(prefix.count) { $0 + $1.gap + $1.literal.count }
    }

    var matchesEverything: Bool { shortest == 0 && parts.isEmpty }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        if text.count < shortest { return false }
        guard Self.isEqual(prefix, text, at: 0), Self.isEqual(suffix, text, at: text.count - suffix.count) else {
            return false
        }
        var position = prefix.count
        let end = text.count - suffix.count
        for part in parts {
            position += part.gap
            while true {
                if position + part.literal.count > end { return false }
                if Self.isEqual(part.literal, text, at: position) { break }
                position += 1
            }
            position += part.literal.count
        }
        return end - position >= lastGap
    }

    private static func isEqual(_ literal: [UInt8], _ text: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        if literal.isEmpty { return true }
        return literal.withUnsafeBytes { literal in
            guard let left = literal.baseAddress, let right = text.baseAddress else { return false }
            return compareMemory(left, right + offset, literal.count) == 0
        }
    }
}
