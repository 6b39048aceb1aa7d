import Model

/// Answers as comma-separated values (RFC 4180, but lines end with a plain newline): one row per sample, a column per
/// label name that occurs, then time and value.
enum CSVPrinter {
    static func text(_ answer: QueryAnswer) -> String {
        switch answer.value {
        case .scalar(let point), .string(let point):
            return "time,value\n" + row([TimeText.rfc3339(point.time), point.text])
        case .vector(let series), .matrix(let series):
            let names = Set(series.flatMap { $0.labels.array.map(\.name) }).sorted(by: Labels.precedes)
            var result = row(names + ["time", "value"])
            for one in series {
                let labels = names.map { one.labels[$0] ?? "" }
                for point in one.points { result += row(labels + [TimeText.rfc3339(point.time), point.text]) }
            }
            return result
        }
    }

    private static func row(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\n"
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { "\",\n\r".contains($0) }) else { return text }
        return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }
}
