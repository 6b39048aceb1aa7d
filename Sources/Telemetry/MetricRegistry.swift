import Model
import Platform
import Synchronization

/// All metrics of this process, in the order they were registered. Thread safe.
package final class MetricRegistry: Sendable {
    private enum Source: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        /// Asked at each scrape.
        case computed(@Sendable () -> Double)
    }

    private struct Family: Sendable {
        var name: String
        var help: String
        var type: String
        var members: [(labels: Labels, source: Source)]
    }

    private let families = Mutex<[Family]>([])

    package init() {}

    /// The counter of this name and label set; made at the first call.
    package func counter(_ name: String, _ help: String, labels: Labels = .empty) -> Counter {
        if case .counter(let found) = member(name, help, "counter", labels, { .counter(Counter()) }) { return found }
        preconditionFailure("\(name) is registered with another type")
    }

    package func gauge(_ name: String, _ help: String, labels: Labels = .empty) -> Gauge {
        if case .gauge(let found) = member(name, help, "gauge", labels, { .gauge(Gauge()) }) { return found }
        preconditionFailure("\(name) is registered with another type")
    }

    package func histogram(_ name: String, _ help: String, bounds: [Double], labels: Labels = .empty) -> Histogram {
        let found = member(name, help, "histogram", labels) { .histogram(Histogram(bounds: bounds)) }
        if case .histogram(let histogram) = found { return histogram }
        preconditionFailure("\(name) is registered with another type")
    }

    /// A metric whose value is computed when it is scraped; `type` is `gauge` or `counter`.
    package func computed(
        _ name: String, _ help: String, type: String = "gauge", labels: Labels = .empty,
        _ value: @escaping @Sendable () -> Double
    ) {
        _ = member(name, help, type, labels) { .computed(value) }
    }

    private func member(
        _ name: String, _ help: String, _ type: String, _ labels: Labels, _ make: () -> Source
    ) -> Source {
        families.withLock { families in
            var index = families.firstIndex { $0.name == name }
            if index == nil {
                families.append(Family(name: name, help: help, type: type, members: []))
                index = families.count - 1
            }
            let position = index ?? 0
            if let found = families[position].members.first(where: { $0.labels == labels }) { return found.source }
            let source = make()
            families[position].members.append((labels, source))
            return source
        }
    }

    /// Writes all metrics in the text format 0.0.4.
    package func write(to buffer: ByteBuffer) {
        for family in families.withLock({ $0 }) {
            buffer.append(
                "# HELP \(family.name) \(Self.escapedHelp(family.help))\n# TYPE \(family.name) \(family.type)\n")
            for member in family.members { Self.write(family.name, member.labels, member.source, to: buffer) }
        }
    }

    private static func write(_ name: String, _ labels: Labels, _ source: Source, to buffer: ByteBuffer) {
        switch source {
        case .counter(let counter): line(name, labels, Double(counter.value), to: buffer)
        case .gauge(let gauge): line(name, labels, gauge.value, to: buffer)
        case .computed(let value): line(name, labels, value(), to: buffer)
        case .histogram(let histogram):
            let snapshot = histogram.snapshot
            var total: UInt64 = 0
            for (index, count) in snapshot.counts.enumerated() {
                total += count
                let bound = index < histogram.bounds.count ? FloatText.general(histogram.bounds[index]) : "+Inf"
                var builder = LabelsBuilder(labels)
                builder.set(LabelNames.bucketBound, bound)
                line(name + "_bucket", builder.labels(), Double(total), to: buffer)
            }
            line(name + "_sum", labels, snapshot.sum, to: buffer)
            line(name + "_count", labels, Double(total), to: buffer)
        }
    }

    private static func line(_ name: String, _ labels: Labels, _ value: Double, to buffer: ByteBuffer) {
        buffer.append(name)
        if !labels.isEmpty {
            let pairs = labels.array.map { "\($0.name)=\"\(escapedValue($0.value))\"" }
            buffer.append("{" + pairs.joined(separator: ",") + "}")
        }
        buffer.append(UInt8(ascii: " "))
        FloatText.writeJSON(value, to: buffer)
        buffer.append(UInt8(ascii: "\n"))
    }

    private static func escapedHelp(_ text: String) -> String { escaped(text, quotes: false) }
    private static func escapedValue(_ text: String) -> String { escaped(text, quotes: true) }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
