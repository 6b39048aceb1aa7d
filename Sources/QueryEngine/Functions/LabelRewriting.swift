import Model

/// label_replace, label_join: other labels, the same numbers.
extension LabelRewrite {
    func apply(to columns: SeriesColumns) throws(QueryError) -> SeriesColumns {
        var result = columns
        switch self {
        case .replace(let destination, let template, let source, let pattern, _):
            result.setLabels(
                columns.labels.map { labels in
                    guard let value = pattern.expand(template, in: labels[source] ?? "") else { return labels }
                    return Self.setting(destination, value, in: labels)
                })
        case .join(let destination, let separator, let sources):
            result.setLabels(
                columns.labels.map { labels in
                    let value = sources.map { labels[$0] ?? "" }.joined(separator: separator)
                    return Self.setting(destination, value, in: labels)
                })
        }
        try result.mergeEqualLabels()
        return result
    }

    private static func setting(_ name: String, _ value: String, in labels: Labels) -> Labels {
        var builder = LabelsBuilder(labels)
        builder.set(name, value)
        return builder.labels()
    }
}
