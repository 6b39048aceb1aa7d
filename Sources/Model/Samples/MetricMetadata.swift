/// What a target says about a metric family.
package struct MetricMetadata: Hashable, Sendable {
    /// Prometheus's words.
    package enum Kind: String, Sendable {
        case counter, gauge, histogram, gaugehistogram, summary, info, stateset, unknown
    }

    package var kind: Kind
    package var help: String
    package var unit: String

    package init(kind: Kind = .unknown, help: String = "", unit: String = "") {
        self.kind = kind
        self.help = help
        self.unit = unit
    }
}
