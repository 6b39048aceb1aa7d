/// How many labels a series may bear, its metric name among them, and how many bytes their names and values may take;
/// 0 is no limit.
package struct LabelLimits: Sendable, Equatable {
    package var count = 0
    package var nameLength = 0
    package var valueLength = 0

    package init() {}

    /// Which limit a series breaks, under the limit's name in a scrape configuration, and how.
    package struct Violation: Error, Sendable {
        package var limit: String
        package var details: String

        /// Prometheus's words.
        package var text: String { "\(limit) exceeded (\(details))" }
        /// The same for the limit of the whole store, which is a flag.
        package var textWithFlag: String {
            "--storage.\(String(limit.map { $0 == "_" ? "-" : $0 })) exceeded (\(details))"
        }
    }

    /// Nil when the series is within all limits.
    package func violation(by labels: Labels) -> Violation? {
        if self == LabelLimits() { return nil }
        let number = labels.count
        if count > 0, number > count {
            return Violation(
                limit: "label_limit",
                details: "metric: \(Self.shortened(labels.metricName)), number of labels: \(number), limit: \(count)")
        }
        var found: Violation?
        labels.forEachBytes { name, value in
            if found == nil { found = violation(name, value, labels) }
        }
        return found
    }

    private func violation(
        _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ labels: Labels
    ) -> Violation? {
        let isLongName = nameLength > 0 && name.count > nameLength
        if !isLongName && (valueLength == 0 || value.count <= valueLength) { return nil }
        let series = "metric: \(Self.shortened(labels.metricName)), label name: \(Self.shortened(name))"
        if isLongName {
            return Violation(
                limit: "label_name_length_limit", details: "\(series), length: \(name.count), limit: \(nameLength)")
        }
        return Violation(
            limit: "label_value_length_limit",
            details: "\(series), value: \(GoText.quoted(Self.shortened(value))), length: \(value.count), "
                + "limit: \(valueLength)")
    }

    /// A text that is too long says little beyond its beginning.
    private static func shortened(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(50)))
    }

    private static func shortened(_ text: UnsafeRawBufferPointer) -> String {
        shortened(String(decoding: text, as: UTF8.self))
    }
}
