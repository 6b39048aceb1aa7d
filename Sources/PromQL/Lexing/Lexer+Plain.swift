import Model

/// Outside of braces, and inside brackets behind the first number.
extension Lexer {
    mutating func nextPlain() -> Token? {
        if isAtEnd {
            if openParentheses > 0 { return fail("unclosed left parenthesis") }
            if isInBrackets { return fail("unclosed left bracket") }
            state = .finished
            return emit(.endOfInput)
        }
        if byte == UInt8(ascii: "#") { return comment() }
        if Self.isSpace(byte) {
            skipSpace()
            return nil
        }
        if isAtNumber { return numberOrDuration() }
        if Self.isLetter(byte) || byte == UInt8(ascii: ":") {
            return isInBrackets ? wordInBrackets() : word()
        }
        return punctuation() ?? comparison() ?? quote() ?? unknown()
    }

    mutating func comment() -> Token {
        while !isAtEnd, !isOne(of: "\r\n") { position += 1 }
        return emit(.comment)
    }

    /// Starts a string.
    mutating func quote() -> Token? {
        guard isOne(of: "\"'`") else { return nil }
        let quote = byte
        position += 1
        return quotedText(quote)
    }

    private mutating func unknown() -> Token {
        let scalar = takeScalar()
        return fail("unexpected character: \(GoText.quoted(scalar))")
    }

    private mutating func punctuation() -> Token? {
        if take(",") { return emit(.comma) }
        if take("*") { return emit(.binary(.multiply)) }
        if take("/") { return emit(.binary(.divide)) }
        if take("%") { return emit(.binary(.modulo)) }
        if take("+") { return emit(.binary(.add)) }
        if take("-") { return emit(.binary(.subtract)) }
        if take("^") { return emit(.binary(.power)) }
        if take("@") { return emit(.at) }
        if take("(") {
            openParentheses += 1
            return emit(.leftParenthesis)
        }
        if take(")") { return closeParenthesis() }
        if take("{") {
            state = .braces
            return emit(.leftBrace)
        }
        if take("[") { return isInBrackets ? fail("unexpected left bracket '['") : openBracket() }
        if take("]") {
            if !isInBrackets { return fail("unexpected right bracket ']'") }
            isInBrackets = false
            return emit(.rightBracket)
        }
        return nil
    }

    private mutating func comparison() -> Token? {
        if take("=") {
            if take("=") { return emit(.binary(.equal)) }
            return byte == UInt8(ascii: "~") ? fail("unexpected character after '=': '~'") : emit(.equal)
        }
        if take("!") {
            if take("=") { return emit(.binary(.notEqual)) }
            let scalar = takeScalar()
            return fail("unexpected character after '!': \(GoText.quoted(scalar))")
        }
        if take("<") {
            if take("=") { return emit(.binary(.lessOrEqual)) }
            return emit(.binary(take("/") ? .trimUpper : .less))
        }
        if take(">") {
            if take("=") { return emit(.binary(.greaterOrEqual)) }
            return emit(.binary(take("/") ? .trimLower : .greater))
        }
        return nil
    }

    /// The colon of a subquery, or a word of a duration.
    private mutating func wordInBrackets() -> Token {
        let first = takeScalar()
        if first == ":" {
            if hasColon { return fail("unexpected colon ':'") }
            hasColon = true
            return emit(.colon)
        }
        if let kind = contextWord() { return emit(kind) }
        return fail("unexpected character: \(GoText.quoted(first)), expected ':'")
    }

    /// An identifier or a keyword.
    mutating func word() -> Token {
        while !isAtEnd, Self.isWordByte(text[position]) || text[position] == UInt8(ascii: ":") { position += 1 }
        if isSeriesNotation, byte != UInt8(ascii: "{") { state = .values }
        let word = string(start..<position)
        if let kind = TokenKind.reserved(word.lowercased()) {
            switch kind {
            case .keyword(.fill), .keyword(.fillLeft), .keyword(.fillRight):
                return emit(isBeforeParenthesis ? kind : .identifier)
            default: return emit(kind)
            }
        }
        return emit(word.utf8.contains(UInt8(ascii: ":")) ? .metricIdentifier : .identifier)
    }

    /// `fill` and its kin are younger than most metric names, so they are keywords only in front of a
    /// parenthesis.
    private var isBeforeParenthesis: Bool {
        text[position...].first { !Self.isSpace($0) } == UInt8(ascii: "(")
    }

    /// Inside `{}`: every word is a name.
    mutating func nextInBraces() -> Token? {
        if isAtEnd { return fail("unexpected end of input inside braces") }
        if byte == UInt8(ascii: "#") { return comment() }
        if Self.isSpace(byte) {
            skipSpace()
            return nil
        }
        if Self.isLetter(byte) {
            while !isAtEnd, Self.isWordByte(text[position]) { position += 1 }
            return emit(.identifier)
        }
        if take(",") { return emit(.comma) }
        if take("=") { return emit(take("~") ? .matches : .equal) }
        if take("!") {
            if take("~") { return emit(.notMatches) }
            if take("=") { return emit(.binary(.notEqual)) }
            let scalar = takeScalar()
            return fail("unexpected character after '!' inside braces: \(GoText.quoted(scalar))")
        }
        if take("}") {
            state = isSeriesNotation ? .values : .plain
            return emit(.rightBrace)
        }
        if let token = quote() { return token }
        let scalar = takeScalar()
        return fail(
            scalar == "{"
                ? "unexpected left brace '{'" : "unexpected character inside braces: \(GoText.quoted(scalar))")
    }
}
