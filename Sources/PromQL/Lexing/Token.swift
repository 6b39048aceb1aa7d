/// A piece of query text. Positions are byte offsets.
package struct Token: Sendable, Equatable {
    package var kind: TokenKind
    package var range: TextRange
}

package enum TokenKind: Sendable, Equatable {
    case endOfInput
    /// The text cannot be split any further; the message says why.
    case failure(String)
    case comment
    case identifier
    /// An identifier with a colon.
    case metricIdentifier
    case string
    case number
    case duration

    case leftParenthesis
    case rightParenthesis
    case leftBrace
    case rightBrace
    case leftBracket
    case rightBracket
    case comma
    case colon
    case at

    /// `=`
    case equal
    case matches
    case notMatches
    case binary(BinaryOperator)
    case aggregation(AggregationOperator)
    case keyword(Keyword)
    case contextWord(ContextWord)

    // Series notation only.
    case space
    case blank
    case times
    case openHistogram
    case closeHistogram
    case histogramKey(HistogramKey)
    case resetHint

    /// The raw value is how it is written.
    package enum Keyword: String, Sendable, CaseIterable {
        case bool, by, ignoring, offset, on, without, anchored, smoothed, fill
        case groupLeft = "group_left"
        case groupRight = "group_right"
        case fillLeft = "fill_left"
        case fillRight = "fill_right"
    }

    /// Functions that also stand in durations and behind `@`. The raw value is how it is written.
    package enum ContextWord: String, Sendable, CaseIterable {
        case start, end, step, range
        case maximum = "max_of"
        case minimum = "min_of"
    }

    /// The items of a native histogram in series notation. The raw value is how it is written.
    package enum HistogramKey: String, Sendable, CaseIterable {
        case sum, count, schema, offset, buckets
        case negativeOffset = "n_offset"
        case negativeBuckets = "n_buckets"
        case zeroBucket = "z_bucket"
        case zeroBucketWidth = "z_bucket_w"
        case customValues = "custom_values"
        case resetHint = "counter_reset_hint"
    }

    /// The keyword a word stands for, whatever its case.
    static func reserved(_ word: String) -> TokenKind? { reservedWords[word] }

    private static let reservedWords: [String: TokenKind] = {
        var words: [String: TokenKind] = [
            "and": .binary(.and), "or": .binary(.or), "unless": .binary(.unless), "atan2": .binary(.atan2),
            "inf": .number, "nan": .number,
        ]
        for operation in AggregationOperator.allCases { words[operation.rawValue] = .aggregation(operation) }
        for keyword in Keyword.allCases { words[keyword.rawValue] = .keyword(keyword) }
        for word in ContextWord.allCases { words[word.rawValue] = .contextWord(word) }
        return words
    }()
}
