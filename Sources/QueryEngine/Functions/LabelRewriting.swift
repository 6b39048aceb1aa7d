import Model

/// label_replace, label_join: other labels, the same numbers.
extension LabelRewrite {
    func apply(to columns: SeriesColumns, _ context: QueryContext) throws(QueryError) -> SeriesColumns {
        var result = columns
        var room = try GrowingRoom(context.budget, purpose: "new labels of \(columns.count) series")
        var losers = (0..<columns.count).map { columns.losesName($0) }
        var labels = columns.labels
        var known: [String: String?] = [:]
        for series in labels.indices {
            if series % 1024 == 0 { try context.checkpoint() }
            guard let (name, value) = replacement(in: labels[series], &known) else { continue }
            labels[series] = Self.setting(name, value, in: labels[series])
            try room.add(bytes: labels[series].heldBytes)
            // A name that was written is kept.
            if name == LabelNames.metric { losers[series] = false }
        }
        result.hold(room.reservation)
        result.setLabels(labels)
        result.setNameLosers(losers)
        try result.mergeEqualLabels(context.limits)
        return result
    }

    /// Values of which it is remembered what becomes of them: most series share few.
    private static let knownValues = 10_000

    /// The label to be set; nil where the pattern does not match.
    private func replacement(in labels: Labels, _ known: inout [String: String?]) -> (name: String, value: String)? {
        switch self {
        case .replace(let destination, let template, let source, let pattern, _):
            let value = labels[source] ?? ""
            if let result = known[value] { return result.map { (destination, $0) } }
            let result = pattern.expand(template, in: value)
            if known.count < Self.knownValues { known[value] = .some(result) }
            return result.map { (destination, $0) }
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
