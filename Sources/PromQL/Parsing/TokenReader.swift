import Model

/// Tokens one at a time, with one token of look-ahead and the errors that name it.
struct TokenReader {
    private var lexer: Lexer
    private var lookahead: Token?
    /// Where the last consumed token ends.
    private(set) var end = 0

    init(_ text: String, seriesNotation: Bool = false) {
        lexer = Lexer(text, seriesNotation: seriesNotation)
    }

    /// The next token, comments left out.
    mutating func peek() throws(ParseError) -> Token {
        if let lookahead { return lookahead }
        var token = lexer.next()
        while token.kind == .comment { token = lexer.next() }
        if case .failure(let message) = token.kind {
            throw error(message, TextRange(token.range.start, lexer.text.count))
        }
        lookahead = token
        return token
    }

    mutating func next() throws(ParseError) -> Token {
        let token = try peek()
        lookahead = nil
        if token.kind != .endOfInput { end = token.range.end }
        return token
    }

    /// Consumes the next token if it is of this kind.
    mutating func take(_ kind: TokenKind) throws(ParseError) -> Bool {
        guard try peek().kind == kind else { return false }
        _ = try next()
        return true
    }

    func text(_ token: Token) -> String { lexer.string(token.range.start..<token.range.end) }

    func text(from start: Int, to end: Int) -> String { lexer.string(start..<end) }

    func bytes(_ token: Token) -> ArraySlice<UInt8> { lexer.text[token.range.start..<token.range.end] }

    /// The byte at an offset of the text.
    func byte(at offset: Int) -> UInt8 { lexer.text[offset] }

    func error(_ message: String, _ range: TextRange) -> ParseError {
        ParseError(message, at: range, in: lexer.text)
    }

    /// `unexpected X in <place>, expected <expected>` about the next token.
    mutating func unexpected(in place: String = "", expected: String = "") throws(ParseError) -> ParseError {
        let token = try peek()
        var message = "unexpected " + describe(token)
        if !place.isEmpty { message += " in " + place }
        if !expected.isEmpty { message += ", expected " + expected }
        return error(message, token.range)
    }

    private func describe(_ token: Token) -> String {
        let text = text(token)
        switch token.kind {
        case .endOfInput: return "end of input"
        case .identifier: return "identifier \(GoText.quoted(text))"
        case .metricIdentifier: return "metric identifier \(GoText.quoted(text))"
        case .string: return "string \(shortened(text))"
        case .number: return "number \(shortened(text))"
        case .duration: return "duration \(shortened(text))"
        case .keyword: return "<\(text)>"
        case .binary, .matches, .notMatches, .at: return "<op:\(text)>"
        case .aggregation: return "<aggr:\(text)>"
        default: return shortened(text)
        }
    }

    private func shortened(_ text: String) -> String {
        text.utf8.count > 10 ? GoText.quoted(String(text.prefix(10))) + "..." : GoText.quoted(text)
    }
}
