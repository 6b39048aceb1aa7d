/// Literals in which some places take any character: `a.b.c:9100|a.b.d:9100`, as long lists of addresses are sent
/// without escaping. Answers in the time of one look-up for each shape (length and open places) that the literals of
/// the text's length have. Immutable.
final class MaskedLiteralSet: Sendable {
    /// What stands for any character; no byte of UTF-8.
    static let open: UInt8 = 0xff
    /// What stands for a character of several bytes, of which the literals have none.
    private static let long: UInt8 = 0xfe
    /// With more shapes of one length RE2 is faster.
    private static let mostShapes = 24

    private struct Shape: Sendable {
        let openPlaces: [Int]
        let literals: LiteralTable

        var byteCount: Int { literals.byteCount + openPlaces.count * 8 + 128 }
    }

    /// By length in characters.
    private let shapes: [Int: [Shape]]
    private let longest: Int
    /// Bytes held.
    let byteCount: Int

    /// Nil when literals are not ASCII or have too many shapes.
    init?(_ literals: [[UInt8]]) {
        var members: [[Int]: [[UInt8]]] = [:]
        var key: [Int] = []
        for literal in literals {
            key.removeAll(keepingCapacity: true)
            key.append(literal.count)
            for (place, byte) in literal.enumerated() where byte >= 0x80 {
                if byte != Self.open { return nil }
                key.append(place)
            }
            members[key, default: []].append(literal)
        }
        var shapes: [Int: [Shape]] = [:]
        for (key, literals) in members {
            shapes[key[0], default: []].append(
                Shape(openPlaces: Array(key.dropFirst()), literals: LiteralTable(literals)))
        }
        if shapes.values.contains(where: { $0.count > Self.mostShapes }) { return nil }
        self.shapes = shapes
        longest = shapes.keys.max() ?? 0
        byteCount = shapes.values.joined().reduce(0) { $0 + $1.byteCount }
    }

    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        // A character has at most four bytes.
        if text.count > longest * 4 { return false }
        return withUnsafeTemporaryAllocation(byteCount: text.count + 1, alignment: 1) { characters in
            var count = 0
            for byte in text where byte & 0xc0 != 0x80 {
                characters[count] = byte < 0x80 ? byte : Self.long
                count += 1
            }
            guard let shapes = shapes[count] else { return false }
            let characters = UnsafeMutableRawBufferPointer(rebasing: characters[..<count])
            return shapes.contains { matches($0, characters) }
        }
    }

    private func matches(_ shape: Shape, _ characters: UnsafeMutableRawBufferPointer) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: characters.count + 1, alignment: 1) { masked in
            masked.copyMemory(from: UnsafeRawBufferPointer(characters))
            for place in shape.openPlaces { masked[place] = Self.open }
            return shape.literals.contains(UnsafeRawBufferPointer(rebasing: masked[..<characters.count]))
        }
    }
}
