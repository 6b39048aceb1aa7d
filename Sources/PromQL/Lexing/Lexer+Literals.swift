import Model

/// Numbers, durations and quoted strings.
extension Lexer {
    mutating func numberOrDuration() -> Token {
        if number() { return emit(.number) }
        // What stopped the number may be the unit of a duration.
        if restOfDuration() { return emit(.duration) }
        return fail("bad number or duration syntax: \(GoText.quoted(string(start..<position)))")
    }

    /// Reads over a number; false when it is none, standing behind the byte that proves it. Whether the
    /// digits make sense is left to the parser.
    mutating func number() -> Bool {
        var isHexadecimal = false
        // In series notation an x means repetition.
        if !isSeriesNotation, take("0"), take(anyOf: "xX") {
            isHexadecimal = true
            _ = take("_")
        }
        _ = take(".")
        _ = isHexadecimal ? take(anyOf: "0123456789abcdefABCDEF") : take(anyOf: "0123456789")
        var hasPoint = false
        var hasExponent = false
        while true {
            if take(".") {
                if hasPoint { return false }
                hasPoint = true
                if take(anyOf: "_.") || isHexadecimal { return false }
            } else if isHexadecimal ? take(anyOf: "0123456789abcdefABCDEF") : take(anyOf: "0123456789") {
                continue
            } else if take(anyOf: "eE") {
                if hasExponent { return false }
                hasExponent = true
                _ = take(anyOf: "+-")
                if take(anyOf: "._eE") || isAtEnd { return false }
            } else if take("_") {
                if take(anyOf: "._eE") || isAtEnd { return false }
            } else {
                break
            }
        }
        if position == start { return false }
        return !Self.isWordByte(byte) || (isSeriesNotation && byte == UInt8(ascii: "x"))
    }

    /// Reads from the first unit to the duration's end; units are judged later.
    private mutating func restOfDuration() -> Bool {
        guard take(anyOf: "smhdwy") else { return false }
        _ = take("s")
        while take(anyOf: "0123456789") {
            while take(anyOf: "0123456789") {}
            guard take(anyOf: "smhdw") else { return false }
            _ = take("s")
        }
        if isAtEnd || !Self.isWordByte(byte) { return true }
        position += 1
        return false
    }

    /// The rest of a string whose opening quote is consumed. A mistake in it is one token, the rest of the
    /// string another.
    mutating func quotedText(_ quote: UInt8) -> Token {
        let isRaw = quote == UInt8(ascii: "`")
        while true {
            if isAtEnd {
                return fail(isRaw ? "unterminated raw string" : "unterminated quoted string")
            }
            if byte == quote {
                position += 1
                return emit(.string)
            }
            if !isRaw, byte == UInt8(ascii: "\n") {
                position += 1
                return fail("unterminated quoted string")
            }
            if !isRaw, take("\\") {
                if let problem = escape(quote: quote) { return mistake(problem, in: quote) }
            } else if takeScalar() == "\u{fffd}" {
                return mistake("invalid UTF-8 rune", in: quote)
            }
        }
    }

    private mutating func mistake(_ message: String, in quote: UInt8) -> Token {
        brokenString = quote
        return emit(.failure(message))
    }

    /// Reads the escape behind a backslash; returns what is wrong with it.
    private mutating func escape(quote: UInt8) -> String? {
        if isAtEnd { return "escape sequence not terminated" }
        if take(anyOf: "abfnrtv\\") { return nil }
        if byte == quote {
            position += 1
            return nil
        }
        let (digits, base, limit): (Int, UInt32, UInt32)
        if isOne(of: "01234567") {
            (digits, base, limit) = (3, 8, 255)
        } else if take("x") {
            (digits, base, limit) = (2, 16, 255)
        } else if take("u") {
            (digits, base, limit) = (4, 16, 0x10ffff)
        } else if take("U") {
            (digits, base, limit) = (8, 16, 0x10ffff)
        } else {
            return "unknown escape sequence \(GoText.codePoint(takeScalar()))"
        }
        var value: UInt32 = 0
        for _ in 0..<digits {
            if isAtEnd { return "escape sequence not terminated" }
            let scalar = takeScalar()
            guard let digit = Self.digit(scalar), digit < base else {
                return "illegal character \(GoText.codePoint(scalar)) in escape sequence"
            }
            value = value &* base &+ digit
        }
        let isSurrogate = value >= 0xd800 && value < 0xe000
        return value > limit || isSurrogate ? "escape sequence is an invalid Unicode code point" : nil
    }

    private static func digit(_ scalar: Unicode.Scalar) -> UInt32? {
        switch scalar {
        case "0"..."9": return scalar.value - 48
        case "a"..."f": return scalar.value - 87
        case "A"..."F": return scalar.value - 55
        default: return nil
        }
    }
}
