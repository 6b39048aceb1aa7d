import Model

/// Splits query text into tokens. What a character means depends on where it stands: plain, inside `{}`,
/// inside `[]` before and after the first number, inside a quoted string, and in the values of series
/// notation.
package struct Lexer {
    enum State {
        case plain
        case braces
        /// Behind `[`, until the first number.
        case window
        case values
        case histogram
        case finished
    }

    let text: [UInt8]
    /// Series notation instead of an expression.
    let isSeriesNotation: Bool
    var position = 0
    /// Where the token being read starts.
    var start = 0
    var state = State.plain
    var openParentheses = 0
    var isInBrackets = false
    var hasColon = false
    /// The quote of a string that held a mistake and is read on behind it.
    var brokenString: UInt8?

    package init(_ text: String, seriesNotation: Bool = false) {
        self.text = Array(text.utf8)
        isSeriesNotation = seriesNotation
    }

    /// The next token; after the end, and after a failure nothing can be read behind, the end again and
    /// again.
    package mutating func next() -> Token {
        while true {
            if let quote = brokenString {
                brokenString = nil
                return quotedText(quote)
            }
            start = position
            let token: Token?
            switch state {
            case .plain: token = nextPlain()
            case .braces: token = nextInBraces()
            case .window: token = nextInWindow()
            case .values: token = nextValue()
            case .histogram: token = nextInHistogram()
            case .finished: token = emit(.endOfInput)
            }
            if let token { return token }
        }
    }

    // MARK: - Tools

    var isAtEnd: Bool { position >= text.count }

    /// The byte at the position; 0 at the end.
    var byte: UInt8 { position < text.count ? text[position] : 0 }

    mutating func emit(_ kind: TokenKind) -> Token { Token(kind: kind, range: TextRange(start, position)) }

    /// The end of what can be read.
    mutating func fail(_ message: String) -> Token {
        state = .finished
        return emit(.failure(message))
    }

    /// Consumes the byte if it is this one.
    mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard !isAtEnd, text[position] == UInt8(ascii: wanted) else { return false }
        position += 1
        return true
    }

    /// Consumes the byte if it is in the set.
    mutating func take(anyOf set: StaticString) -> Bool {
        guard isOne(of: set) else { return false }
        position += 1
        return true
    }

    func isOne(of set: StaticString) -> Bool {
        guard !isAtEnd else { return false }
        return set.withUTF8Buffer { $0.contains(text[position]) }
    }

    mutating func skipSpace() {
        while !isAtEnd, Self.isSpace(text[position]) { position += 1 }
    }

    /// Consumes one character, of however many bytes.
    mutating func takeScalar() -> Unicode.Scalar {
        let (scalar, width) = Self.scalar(in: text, at: position)
        position += width
        return scalar
    }

    /// The character at an offset and its width; U+FFFD for bytes that are none, and at the end.
    static func scalar(in text: [UInt8], at offset: Int) -> (Unicode.Scalar, width: Int) {
        guard offset < text.count else { return ("\u{fffd}", 0) }
        if text[offset] < 0x80 { return (Unicode.Scalar(text[offset]), 1) }
        var decoder = UTF8()
        var bytes = text[offset...].prefix(4).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&bytes) else { return ("\u{fffd}", 1) }
        return (scalar, UTF8.width(scalar))
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
            || byte == UInt8(ascii: "\r")
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return byte == UInt8(ascii: "_") || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z"))
    }

    static func isWordByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    /// A number starts here.
    var isAtNumber: Bool {
        Self.isDigit(byte)
            || (byte == UInt8(ascii: ".") && position + 1 < text.count && Self.isDigit(text[position + 1]))
    }

    func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

    // MARK: - Inside brackets

    /// Between `[` and the first number.
    private mutating func nextInWindow() -> Token? {
        if isAtEnd { return fail("unexpected end of input in duration expression") }
        if Self.isSpace(byte) {
            skipSpace()
            return nil
        }
        if isAtNumber {
            state = .plain
            return numberOrDuration()
        }
        if take(":") {
            start = position
            return fail("unexpected colon before duration in duration expression")
        }
        if take("]") {
            isInBrackets = false
            state = .plain
            return emit(.rightBracket)
        }
        if let token = durationOperator() { return token }
        let first = takeScalar()
        if let kind = contextWord() { return emit(kind) }
        return fail("unexpected character in duration expression: \(GoText.quoted(first))")
    }

    private mutating func durationOperator() -> Token? {
        if take("(") {
            openParentheses += 1
            return emit(.leftParenthesis)
        }
        if take(")") { return closeParenthesis() }
        if take("+") { return emit(.binary(.add)) }
        if take("-") { return emit(.binary(.subtract)) }
        if take("*") { return emit(.binary(.multiply)) }
        if take("/") { return emit(.binary(.divide)) }
        if take("%") { return emit(.binary(.modulo)) }
        if take("^") { return emit(.binary(.power)) }
        if take(",") { return emit(.comma) }
        return nil
    }

    /// `step`, `range`, `min_of` or `max_of`, whose first letter is consumed already; reads on to the word's
    /// end.
    mutating func contextWord() -> TokenKind? {
        switch text[start] | 0x20 {
        case UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "m"): break
        default: return nil
        }
        while !isAtEnd, Self.isLetter(text[position]) { position += 1 }
        switch TokenKind.reserved(string(start..<position).lowercased()) {
        case .contextWord(let word) where word != .start && word != .end: return .contextWord(word)
        default: return nil
        }
    }

    mutating func openBracket() -> Token {
        isInBrackets = true
        hasColon = false
        state = .window
        return emit(.leftBracket)
    }

    /// A `)` that is consumed already. One too many is an error of its own, behind it.
    mutating func closeParenthesis() -> Token {
        openParentheses -= 1
        if openParentheses < 0 {
            start = position
            return fail("unexpected right parenthesis ')'")
        }
        return emit(.rightParenthesis)
    }
}
