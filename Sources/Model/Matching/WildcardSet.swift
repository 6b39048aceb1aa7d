import Platform

/// Literals with gaps between them, several to choose from: `api.*`, `.+_total`, `.*error.*`, `a.*b.+c`. A
/// gap is any text, or any but the empty one. Immutable.
///
/// The leftmost place for each inner literal is as good as any other, because a gap takes whatever is in
/// between.
final class WildcardSet: @unchecked Sendable {
    // Sendable: written in the initializer only. Memory of its own, so that a match counts no references.
    /// What a text begins with; then come the parts.
    private struct Wildcard: BitwiseCopyable {
        let prefix: Int
        let prefixLength: Int
        let firstPart: Int
        let partCount: Int
        let shortest: Int
    }

    /// A gap of at least `gap` bytes (0 or 1) and the literal behind it. The last literal of a wildcard
    /// ends the text.
    private struct Part: BitwiseCopyable {
        let gap: Int
        let literal: Int
        let length: Int
    }

    private let wildcards: UnsafeMutablePointer<Wildcard>
    private let parts: UnsafeMutablePointer<Part>
    private let bytes: UnsafeMutableRawPointer
    let count: Int

    /// Every sequence has at least one gap.
    init(_ sequences: [PatternSequence]) {
        count = sequences.count
        wildcards = .allocate(capacity: max(count, 1))
        parts = .allocate(capacity: max(sequences.reduce(0) { $0 + $1.parts.count }, 1))
        bytes = .allocate(byteCount: max(sequences.reduce(0) { $0 + $1.shortest }, 1), alignment: 1)
        var partCount = 0
        var end = 0
        for (number, sequence) in sequences.enumerated() {
            (wildcards + number).initialize(
                to: Wildcard(
                    prefix: end, prefixLength: sequence.prefix.count, firstPart: partCount,
                    partCount: sequence.parts.count, shortest: sequence.shortest))
            end += Self.copy(sequence.prefix, to: bytes + end)
            for part in sequence.parts {
                (parts + partCount).initialize(to: Part(gap: part.gap, literal: end, length: part.literal.count))
                end += Self.copy(part.literal, to: bytes + end)
                partCount += 1
            }
        }
    }

    deinit {
        wildcards.deallocate()
        parts.deallocate()
        bytes.deallocate()
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let start = text.baseAddress else { return (0..<count).contains { wildcards[$0].shortest == 0 } }
        for number in 0..<count where matches(wildcards[number], start, text.count) { return true }
        return false
    }

    private func matches(_ wildcard: Wildcard, _ text: UnsafeRawPointer, _ length: Int) -> Bool {
        if length < wildcard.shortest { return false }
        let last = parts[wildcard.firstPart + wildcard.partCount - 1]
        let end = length - last.length
        guard isEqual(wildcard.prefix, wildcard.prefixLength, text), isEqual(last.literal, last.length, text + end)
        else { return false }
        var position = wildcard.prefixLength
        for number in wildcard.firstPart..<wildcard.firstPart + wildcard.partCount - 1 {
            let part = parts[number]
            position += part.gap
            while true {
                if position + part.length > end { return false }
                if isEqual(part.literal, part.length, text + position) { break }
                position += 1
            }
            position += part.length
        }
        return end - position >= last.gap
    }

    @inline(__always) private func isEqual(_ literal: Int, _ length: Int, _ text: UnsafeRawPointer) -> Bool {
        if length == 0 { return true }
        let literal = bytes + literal
        // Nearly always the first byte tells.
        if literal.load(as: UInt8.self) != text.load(as: UInt8.self) { return false }
        return compareMemory(literal, text, length) == 0
    }

    private static func copy(_ literal: [UInt8], to memory: UnsafeMutableRawPointer) -> Int {
        UnsafeMutableRawBufferPointer(start: memory, count: literal.count).copyBytes(from: literal)
        return literal.count
    }
}
