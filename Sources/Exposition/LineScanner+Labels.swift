import Model

extension LineScanner {
    /// The labels of the scanned series, the metric name first: escapes resolved, names unique, the bounds
    /// of histogram buckets and summary quantiles in the one spelling that OpenMetrics has for them (`1.0`,
    /// not `1`). Empty values are kept: where labels are honored they keep the target's label away.
    func labels(_ type: FamilyType) throws(PageError) -> [Label] {
        var labels = [Label(LabelNames.metric, try checked(metricName, "metric name"))]
        labels.reserveCapacity(pairs.count + 1)
        for pair in pairs {
            let name = try checked(pair.name, "label name")
            guard let value = unescaped(pair.value) else { throw failure("invalid UTF-8 label value") }
            guard !labels.contains(where: { $0.name == name }) else {
                throw failure("label name \(GoText.quoted(name)) is not unique")
            }
            labels.append(Label(name, type.bound == name ? Self.normalized(value) : value))
        }
        return labels
    }

    private func checked(_ stretch: Stretch, _ what: String) throws(PageError) -> String {
        guard let name = unescaped(stretch), !name.isEmpty else {
            throw failure("a \(what) is empty or not valid UTF-8")
        }
        return name
    }

    /// Text with `\\`, `\"` and `\n` resolved, any other backslash as it stands; nil when it is not UTF-8.
    private func unescaped(_ stretch: Stretch) -> String? {
        EscapedText.resolve(text(stretch), quotes: true)
    }

    /// A bound as OpenMetrics writes it; other text stays.
    private static func normalized(_ value: String) -> String {
        guard let number = FloatText.parse(value) else { return value }
        if number == 0 { return "0.0" }
        let text = FloatText.general(number)
        return number.isFinite && !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }
            ? text + ".0" : text
    }
}

/// What a TYPE line says, as far as it changes how samples are read.
enum FamilyType: Int {
    case other, histogram, summary

    init(_ kind: MetricMetadata.Kind) {
        switch kind {
        case .histogram: self = .histogram
        case .summary: self = .summary
        default: self = .other
        }
    }

    /// The label that holds a bound.
    var bound: String? {
        switch self {
        case .other: return nil
        case .histogram: return LabelNames.bucketBound
        case .summary: return LabelNames.quantile
        }
    }
}

/// Backslashes of the text format.
enum EscapedText {
    /// The text with `\\` and `\n`, and `\"` when asked, resolved; nil when it is not UTF-8.
    static func resolve(_ bytes: UnsafeRawBufferPointer, quotes: Bool) -> String? {
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(validating: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < bytes.count else {
                result.append(byte)
                continue
            }
            switch bytes[index] {
            case UInt8(ascii: "\\"): result.append(byte)
            case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "\"") where quotes: result.append(UInt8(ascii: "\""))
            default:
                result.append(byte)
                continue
            }
            index += 1
        }
        return String(validating: result, as: UTF8.self)
    }
}
