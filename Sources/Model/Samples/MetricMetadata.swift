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

/// A metric family and what is said about it.
package struct MetricFamily: Hashable, Sendable {
    package var name: String
    package var metadata: MetricMetadata

    package init(name: String, metadata: MetricMetadata) {
        self.name = name
        self.metadata = metadata
    }
}

extension MetricFamily: Comparable {
    /// By name, then type, then text.
    package static func < (left: MetricFamily, right: MetricFamily) -> Bool {
        if left.name != right.name { return Labels.precedes(left.name, right.name) }
        let (a, b) = (left.metadata, right.metadata)
        if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
        return a.help == b.help ? Labels.precedes(a.unit, b.unit) : Labels.precedes(a.help, b.help)
    }
}

/// What one target says about its metric families.
package struct TargetMetadata: Sendable, Equatable {
    /// The target's labels.
    package var target: Labels
    package var families: [MetricFamily]

    package init(target: Labels, families: [MetricFamily]) {
        self.target = target
        self.families = families
    }
}
