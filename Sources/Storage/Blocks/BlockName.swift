/// The name of a block: a ULID, 26 characters of Crockford's base 32 for 48 bits of time (milliseconds) and 80 random
/// bits. Names sort by the time of their making.
struct BlockName: Hashable, Comparable, Sendable, CustomStringConvertible {
    static let length = 26
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    let description: String

    init(milliseconds: Int64, random: (high: UInt64, low: UInt64)) {
        let time = UInt64(max(0, min(milliseconds, (1 << 48) - 1)))
        var high = time << 16 | random.high & 0xFFFF
        var low = random.low
        var text = [UInt8](repeating: 0, count: Self.length)
        for place in stride(from: Self.length - 1, through: 0, by: -1) {
            text[place] = Self.digits[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
        description = String(decoding: text, as: UTF8.self)
    }

    /// Nil for a text that is no such name.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.digits.contains) else { return nil }
        description = String(text)
    }

    static func < (left: BlockName, right: BlockName) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
