import Model

/// Number literals by Go's rules: `0x1F`, octal with a leading zero, `_` between digits, Inf, NaN.
enum NumberText {
    struct Problem: Error {
        var description: String
    }

    static func parse(_ text: String) throws(Problem) -> Double {
        if let integer = integer(text) { return Double(integer) }
        func problem(_ reason: String) -> Problem {
            Problem(description: "strconv.ParseFloat: parsing \(GoText.quoted(text)): \(reason)")
        }
        guard let value = FloatText.parse(text.filter { $0 != "_" }), !text.hasPrefix("0x"), !text.hasPrefix("0X")
        else {
            throw problem("invalid syntax")
        }
        let isWord = text.contains { $0.isLetter && $0 != "e" && $0 != "E" }
        if value.isInfinite, !isWord { throw problem("value out of range") }
        return value
    }

    /// Nil when the text is no integer or too large for one.
    private static func integer(_ text: String) -> Int64? {
        let digits = text.filter { $0 != "_" }
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") { return Int64(digits.dropFirst(2), radix: 16) }
        if digits.count > 1, digits.hasPrefix("0") { return Int64(digits.dropFirst(1), radix: 8) }
        return Int64(digits)
    }
}
