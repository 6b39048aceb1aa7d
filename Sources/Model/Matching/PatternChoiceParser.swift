/// Reads the part of RE2's syntax that gives a choice of literals with gaps: characters, escaped
/// punctuation, `.`, `|`, groups that capture nothing by name, `?`, small classes of plain characters, `.*` and
/// `.+`, and anchors at the outer ends. Everything else ends the reading: RE2 will know whether it is
/// right.
struct PatternChoiceParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Bytes of sequences that may yet be put together of two: products of groups grow fast.
    private var work = 16_000_000
    private static let sequenceBytes = 64
    /// Alternatives that a product of groups may give.
    private static let largestProduct = 4096
    private static let deepestGroup = 50

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The alternatives of the whole pattern.
    mutating func parse() -> [PatternSequence]? {
        guard let result = alternation(depth: 0), position == bytes.count else { return nil }
        return result
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ byte: UInt8) -> Bool {
        if next != byte { return false }
        position += 1
        return true
    }

    private mutating func alternation(depth: Int) -> [PatternSequence]? {
        var result: [PatternSequence] = []
        repeat {
            guard let more = concatenation(depth: depth) else { return nil }
            result += more
        } while skip(UInt8(ascii: "|"))
        return result
    }

    private mutating func concatenation(depth: Int) -> [PatternSequence]? {
        if depth == 0 && skip(UInt8(ascii: "^")), isRepetition(next) { return nil }
        var result = [PatternSequence()]
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "$") {
                position += 1
                return depth == 0 && (next == nil || next == UInt8(ascii: "|")) ? result : nil
            }
            if result.count == 1 && result[0].parts.isEmpty && takePlain(into: &result[0].prefix) { continue }
            guard let item = repeated(depth: depth), let longer = product(result, item) else { return nil }
            result = longer
        }
        return result
    }

    /// Takes characters that stand for themselves, escaped ones too, and are not repeated.
    private mutating func takePlain(into literal: inout [UInt8]) -> Bool {
        let start = position
        while true {
            if takeAnyCharacter() {
                literal.append(MaskedLiteralSet.open)
            } else if let (character, end) = plainCharacter(), end == bytes.count || !isRepetition(bytes[end]) {
                literal += bytes[character..<end]
                position = end
            } else {
                return position > start
            }
        }
    }

    /// A dot that is not repeated.
    private mutating func takeAnyCharacter() -> Bool {
        guard next == UInt8(ascii: "."), position + 1 == bytes.count || !isRepetition(bytes[position + 1]) else {
            return false
        }
        position += 1
        return true
    }

    /// Where the next character lies that stands for itself, without the backslash before it, and where it
    /// ends.
    private func plainCharacter() -> (start: Int, end: Int)? {
        guard let byte = next else { return nil }
        if byte == UInt8(ascii: "\\") {
            guard position + 1 < bytes.count, bytes[position + 1] < 0x80, !Self.isAlphanumeric(bytes[position + 1])
            else {
                return nil
            }
            return (position + 1, position + 2)
        }
        return Self.isSpecial(byte) ? nil : (position, position + Self.length(of: byte))
    }

    /// An atom with what repeats it.
    private mutating func repeated(depth: Int) -> [PatternSequence]? {
        if takeAnyCharacter() { return [PatternSequence(prefix: [MaskedLiteralSet.open])] }
        if skip(UInt8(ascii: ".")) {
            let gap: Int
            if skip(UInt8(ascii: "*")) { gap = 0 } else if skip(UInt8(ascii: "+")) { gap = 1 } else { return nil }
            if isRepetition(next) { return nil }
            return [PatternSequence(parts: [.init(gap: gap, literal: [])])]
        }
        guard var result = atom(depth: depth) else { return nil }
        if skip(UInt8(ascii: "?")) { result.append(PatternSequence()) }
        return isRepetition(next) ? nil : result
    }

    private mutating func atom(depth: Int) -> [PatternSequence]? {
        guard let byte = next else { return nil }
        switch byte {
        case UInt8(ascii: "("):
            position += 1
            if skip(UInt8(ascii: "?")) && !skip(UInt8(ascii: ":")) || depth == Self.deepestGroup { return nil }
            guard let inner = alternation(depth: depth + 1), skip(UInt8(ascii: ")")) else { return nil }
            return inner
        case UInt8(ascii: "["): return characterClass()
        default:
            guard let (character, end) = plainCharacter() else { return nil }
            position = end
            return [PatternSequence(prefix: Array(bytes[character..<end]))]
        }
    }

    /// `[abc]`: letters, digits and `_` only.
    private mutating func characterClass() -> [PatternSequence]? {
        position += 1
        var result: [PatternSequence] = []
        while let byte = next, Self.isAlphanumeric(byte) || byte == UInt8(ascii: "_") {
            result.append(PatternSequence(prefix: [byte]))
            position += 1
        }
        return skip(UInt8(ascii: "]")) && !result.isEmpty ? result : nil
    }

    private mutating func product(_ left: [PatternSequence], _ right: [PatternSequence]) -> [PatternSequence]? {
        if left.count * right.count > Self.largestProduct && min(left.count, right.count) > 1 { return nil }
        let (leftBytes, rightBytes) = (left.reduce(0) { $0 + $1.shortest }, right.reduce(0) { $0 + $1.shortest })
        work -= leftBytes * right.count + rightBytes * left.count + left.count * right.count * Self.sequenceBytes
        if work < 0 { return nil }
        var result: [PatternSequence] = []
        result.reserveCapacity(left.count * right.count)
        for first in left {
            for second in right {
                guard let both = first.followed(by: second) else { return nil }
                result.append(both)
            }
        }
        return result
    }

    private func isRepetition(_ byte: UInt8?) -> Bool {
        switch byte {
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"): return true
        default: return false
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "^"), UInt8(ascii: "$"):
            return true
        default: return false
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default: return false
        }
    }

    /// Bytes of the UTF-8 character that begins with this one.
    private static func length(of byte: UInt8) -> Int {
        switch byte {
        case 0xf0...: return 4
        case 0xe0...: return 3
        case 0xc0...: return 2
        default: return 1
        }
    }
}
