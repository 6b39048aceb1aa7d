import Model

/// The values of series notation: `1 2+3x4 _x5 stale {{schema:1 buckets:[1 2]}}`. Space counts here.
extension Lexer {
    mutating func nextValue() -> Token? {
        if isAtEnd {
            state = .plain
            return nil
        }
        if Self.isSpace(byte) { return space() }
        if take("{") {
            if !take("{") { return fail("unexpected character in series sequence: '{'") }
            state = .histogram
            return emit(.openHistogram)
        }
        if take("+") { return emit(.binary(.add)) }
        if take("-") { return emit(.binary(.subtract)) }
        if take("x") { return emit(.times) }
        if isAtNumber { return plainNumber() }
        // One underscore is an omitted value, whatever stands behind it.
        if take("_") { return emit(.blank) }
        if Self.isLetter(byte) { return word() }
        let scalar = takeScalar()
        return fail("unexpected character in series sequence: \(GoText.quoted(scalar))")
    }

    /// Inside `{{ }}`.
    mutating func nextInHistogram() -> Token? {
        if Self.isSpace(byte) { return space() }
        if Self.isLetter(byte) { return isInBrackets ? bucketWord() : histogramWord() }
        if take("-") { return emit(.binary(.subtract)) }
        if isAtNumber { return plainNumber() }
        if isInBrackets {
            if take("]") {
                isInBrackets = false
                return emit(.rightBracket)
            }
            let scalar = takeScalar()
            return fail("invalid character in buckets description: \(GoText.quoted(scalar))")
        }
        if take(":") { return emit(.colon) }
        if take("[") {
            isInBrackets = true
            return emit(.leftBracket)
        }
        if byte == UInt8(ascii: "}"), position + 1 < text.count, text[position + 1] == byte {
            position += 2
            state = .values
            return emit(.closeHistogram)
        }
        let scalar = takeScalar()
        return fail("histogram description incomplete unexpected: \(GoText.quoted(scalar))")
    }

    /// A run of space: the token is its first byte.
    private mutating func space() -> Token {
        position += 1
        let token = emit(.space)
        skipSpace()
        return token
    }

    private mutating func plainNumber() -> Token {
        number() ? emit(.number) : fail("bad number syntax: \(GoText.quoted(string(start..<position)))")
    }

    private mutating func bucketWord() -> Token {
        while !isAtEnd, Self.isLetter(text[position]) { position += 1 }
        let word = string(start..<position)
        if TokenKind.reserved(word.lowercased()) == .number { return emit(.number) }
        return fail("invalid character in buckets description: \(GoText.quoted(word))")
    }

    private mutating func histogramWord() -> Token {
        while !isAtEnd, Self.isLetter(text[position]) { position += 1 }
        let word = string(start..<position)
        let lower = word.lowercased()
        if let key = TokenKind.HistogramKey(rawValue: lower) {
            return byte == UInt8(ascii: ":")
                ? emit(.histogramKey(key)) : fail("missing `:` for histogram descriptor")
        }
        if TokenKind.reserved(lower) == .number { return emit(.number) }
        if ["unknown", "reset", "not_reset", "gauge"].contains(lower) { return emit(.resetHint) }
        return fail("bad histogram descriptor found: \(GoText.quoted(word))")
    }
}
