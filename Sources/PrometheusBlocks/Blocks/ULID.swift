/// The names of blocks: 48 bits of milliseconds since 1970 and 80 of chance, in Crockford's base 32
/// (github.com/ulid/spec).
package enum ULID {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    package static func make(time: Int64, using generator: inout some RandomNumberGenerator) -> String {
        var text: [UInt8] = []
        for shift in stride(from: 45, through: 0, by: -5) { text.append(alphabet[Int(time >> Int64(shift) & 31)]) }
        for _ in 0..<2 {
            let chance = generator.next()
            for shift in stride(from: 35, through: 0, by: -5) {
                text.append(alphabet[Int(chance >> UInt64(shift) & 31)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func isOne(_ text: String) -> Bool {
        text.utf8.count == 26 && text.utf8.allSatisfy { alphabet.contains($0) }
    }
}
