import Model

/// The series that existed at one moment; series added later are not seen. Cheap to make and to copy.
struct SeriesIndexSnapshot: Sendable {
    let index: SeriesIndex
    /// References below this one are part of the view.
    let limit: Int

    /// References of the series that match all matchers, ascending.
    func select(_ matchers: [LabelMatcher]) -> [SeriesReference] {
        (0..<limit).map { SeriesReference(UInt32($0)) }.filter { reference in
            let labels = index.labels(of: reference)
            return !labels.isEmpty && matchers.allSatisfy { $0.matches(labels[$0.name] ?? "") }
        }
    }

    /// Label names, sorted by bytes: of these series, or of all.
    func labelNames(of references: [SeriesReference]? = nil) -> [String] {
        let all = references ?? select([])
        return Set(all.flatMap { index.labels(of: $0).array.map(\.name) }).sorted(by: Labels.precedes)
    }

    /// Values of one label, sorted by bytes: of these series, or of all.
    func labelValues(_ name: String, of references: [SeriesReference]? = nil) -> [String] {
        let all = references ?? select([])
        return Set(all.compactMap { index.labels(of: $0)[name] }).sorted(by: Labels.precedes)
    }
}
