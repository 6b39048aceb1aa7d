import Model

/// Reads series notation.
struct SeriesParser {
    private var reader: TokenReader

    init(_ text: String) { reader = TokenReader(text, seriesNotation: true) }

    mutating func wholeDescription() throws(ParseError) -> SeriesDescription {
        let labels = try metric()
        var values: [SeriesDescription.Value] = []
        while try reader.take(.space) {
            let next = try reader.peek().kind
            if next == .endOfInput || next == .space { continue }
            try item(&values)
        }
        if try reader.peek().kind != .endOfInput { throw try reader.unexpected() }
        return SeriesDescription(labels: labels, values: values)
    }

    // MARK: - Labels

    private mutating func metric() throws(ParseError) -> Labels {
        var builder = LabelsBuilder()
        let first = try reader.peek()
        if first.kind.canBeMetricName {
            _ = try reader.next()
        }
        if try reader.take(.leftBrace) { try labels(&builder) }
        if first.kind.canBeMetricName { builder.set(LabelNames.metric, reader.text(first)) }
        return builder.labels()
    }

    private mutating func labels(_ builder: inout LabelsBuilder) throws(ParseError) {
        while try !reader.take(.rightBrace) {
            try label(&builder)
            if try reader.take(.rightBrace) { return }
            guard try reader.take(.comma) else {
                throw try reader.unexpected(in: "label set", expected: "\",\" or \"}\"")
            }
        }
    }

    private mutating func label(_ builder: inout LabelsBuilder) throws(ParseError) {
        let name = try reader.peek()
        guard name.kind == .identifier || name.kind == .string else {
            throw try reader.unexpected(in: "label set", expected: "identifier or \"}\"")
        }
        _ = try reader.next()
        let text = name.kind == .string ? unquoted(name) : reader.text(name)
        guard try reader.take(.equal) else {
            if name.kind == .string { return builder.set(LabelNames.metric, text) }
            throw try reader.unexpected(in: "label set", expected: "\"=\"")
        }
        guard try reader.peek().kind == .string else {
            throw try reader.unexpected(in: "label set", expected: "string")
        }
        builder.set(text, unquoted(try reader.next()))
    }

    /// The lexer lets no string through that cannot be unquoted.
    private func unquoted(_ token: Token) -> String {
        String(decoding: GoText.unquoted(reader.bytes(token)) ?? [], as: UTF8.self)
    }

    // MARK: - Values

    /// One item: `_`, `_x3`, `1`, `1x3`, `1+2x3`, `stale`, `{{…}}`, `{{…}}x3`, `{{…}}+{{…}}x3`
    private mutating func item(_ values: inout [SeriesDescription.Value]) throws(ParseError) {
        if try reader.take(.blank) {
            let count = try reader.take(.times) ? try repetitions() : 1
            values += Array(repeating: .omitted, count: count)
            return
        }
        if try reader.peek().kind == .openHistogram { return try histograms(&values) }
        var value = try sample()
        var step: Double?
        if case .binary(let operation) = try reader.peek().kind, operation == .add || operation == .subtract {
            step = try signedNumber()
        }
        guard try reader.take(.times) else {
            if step != nil { throw try unexpectedValue() }
            return values.append(.sample(value))
        }
        for _ in 0...(try repetitions()) {
            values.append(.sample(value))
            // By repeated addition, as the notation is defined: rounding adds up.
            if let step { value += step }
        }
    }

    private mutating func sample() throws(ParseError) -> Double {
        switch try reader.peek().kind {
        case .identifier:
            if reader.text(try reader.peek()) != "stale" {
                throw try reader.unexpected(in: "series values", expected: "number or \"stale\"")
            }
            _ = try reader.next()
            return .staleMarker
        case .binary(.add), .binary(.subtract): return try signedNumber()
        case .number: return try number()
        default: throw try unexpectedValue()
        }
    }

    private mutating func unexpectedValue() throws(ParseError) -> ParseError {
        try reader.unexpected(in: "series values")
    }

    private mutating func signedNumber() throws(ParseError) -> Double {
        let isNegative = try reader.next().kind == .binary(.subtract)
        guard try reader.peek().kind == .number else { throw try unexpectedValue() }
        let value = try number()
        return isNegative ? -value : value
    }

    private mutating func number() throws(ParseError) -> Double {
        let token = try reader.next()
        do {
            return try NumberText.parse(reader.text(token))
        } catch {
            throw reader.error("error parsing number: \(error.description)", token.range)
        }
    }

    private mutating func repetitions() throws(ParseError) -> Int {
        guard try reader.peek().kind == .number else { throw try unexpectedValue() }
        let token = try reader.next()
        guard let count = Int(reader.text(token)), count >= 0, count <= 1_000_000 else {
            throw reader.error("invalid repetition in series values: \(reader.text(token))", token.range)
        }
        return count
    }

    // MARK: - Native histograms

    /// Recognised and kept as text; nothing stores native histograms yet.
    private mutating func histograms(_ values: inout [SeriesDescription.Value]) throws(ParseError) {
        let first = try histogram()
        var count = 0
        var change = ""
        if case .binary(let operation) = try reader.peek().kind {
            _ = try reader.next()
            guard try reader.peek().kind == .openHistogram else { throw try unexpectedValue() }
            change = operation.rawValue + (try histogram())
            guard try reader.take(.times) else { throw try unexpectedValue() }
            count = try repetitions()
        } else if try reader.take(.times) {
            count = try repetitions()
        }
        for index in 0...count {
            values.append(.histogram(index == 0 || change.isEmpty ? first : "\(first) \(change)x\(index)"))
        }
    }

    private mutating func histogram() throws(ParseError) -> String {
        _ = try reader.next()
        let start = reader.end
        var keys: Set<String> = []
        if try reader.peek().kind == .space { try takeClosingSpace() }
        while try !reader.take(.closeHistogram) {
            guard case .histogramKey(let key) = try reader.peek().kind else { throw try unexpectedValue() }
            _ = try reader.next()
            try histogramValue(key)
            if !keys.insert(key.rawValue).inserted {
                throw reader.error("duplicate key \"\(key.rawValue)\" in histogram", TextRange(0, 0))
            }
            _ = try reader.take(.space)
        }
        return reader.text(from: start, to: reader.end - 2)
    }

    /// Space right behind the opening braces only in front of the closing ones.
    private mutating func takeClosingSpace() throws(ParseError) {
        _ = try reader.next()
        guard try reader.peek().kind == .closeHistogram else { throw try unexpectedValue() }
    }

    private mutating func histogramValue(_ key: TokenKind.HistogramKey) throws(ParseError) {
        guard try reader.take(.colon) else { throw try unexpectedValue() }
        switch key {
        case .buckets, .negativeBuckets, .customValues:
            guard try reader.take(.leftBracket) else { throw try unexpectedValue() }
            while true {
                _ = try sample()
                let hasSpace = try reader.take(.space)
                if try reader.take(.rightBracket) { return }
                if !hasSpace { throw try unexpectedValue() }
            }
        case .resetHint:
            guard try reader.take(.resetHint) else { throw try unexpectedValue() }
        default:
            _ = try sample()
        }
    }
}
