extension Labels: CustomStringConvertible {
    /// `{__name__="up", job="node"}`, as Prometheus prints a label set.
    package var description: String {
        "{" + array.map { "\(Self.nameText($0.name))=\(GoText.quoted($0.value))" }.joined(separator: ", ") + "}"
    }

    /// `up{job="node"}`: the metric name in front, as in expressions.
    package var metricText: String {
        let name = metricName
        let rest = array.filter { $0.name != LabelNames.metric }
        if rest.isEmpty { return name.isEmpty ? "{}" : name }
        return name + "{"
            + rest.map { "\(Self.nameText($0.name))=\(GoText.quoted($0.value))" }.joined(separator: ", ") + "}"
    }

    private static func nameText(_ name: String) -> String {
        LabelName.isLegacy(name) ? name : GoText.quoted(name)
    }
}
