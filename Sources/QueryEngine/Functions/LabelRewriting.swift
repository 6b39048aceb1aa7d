import Model

/// label_replace, label_join: other labels, the same numbers.
extension LabelRewrite {
    func apply(to columns: SeriesColumns, _ context: QueryContext) throws(QueryError) -> SeriesColumns {
        var result = columns
        var room = try GrowingRoom(context.budget, purpose: "new labels of \(columns.count) series")
        var losers = (0..<columns.count).map { columns.losesName($0) }
        var labels = columns.labels
        for series in labels.indices {
            if series % 1024 == 0 { try context.checkpoint() }
            guard let (name, value) = replacement(in: labels[series]) else { continue }
            labels[series] = Self.setting(name, value, in: labels[series])
            try room.add(bytes: labels[series].heldBytes)
            // A name that was written is kept.
            if name == LabelNames.metric { losers[series] = false }
        }
        result.hold(room.reservation)
        result.setLabels(labels)
        result.setNameLosers(losers)
        try result.mergeEqualLabels()
        return result
    }

    /// The label to be set; nil where the pattern does not match.
    private func replacement(in labels: Labels) -> (name: String, value: String)? {
        switch self {
        case .replace(let destination, let template, let source, let pattern, _):
            return pattern.expand(template, in: labels[source] ?? "").map { (destination, $0) }
        case .join(let destination, let separator, let sources):
            return (destination, sources.map { labels[$0] ?? "" }.joined(separator: separator))
        }
    }

    private static func setting(_ name: String, _ value: String, in labels: Labels) -> Labels {
        var builder = LabelsBuilder(labels)
        builder.set(name, value)
        return builder.labels()
    }
}
