import Model
import Platform
import Synchronization

extension MetricRegistry {
    /// Writes all metrics in the text format 0.0.4
    /// (https://prometheus.io/docs/instrumenting/exposition_formats/).
    package func write(to buffer: ByteBuffer) {
        for family in families.withLock({ $0 }) {
            buffer.append("# HELP \(family.name) ")
            Self.escape(family.help, quotes: false, to: buffer)
            buffer.append("\n# TYPE \(family.name) \(family.type)\n")
            for member in family.members { Self.write(family.name, member.labels, member.source, to: buffer) }
        }
    }

    private static func write(_ name: String, _ labels: Labels, _ source: Source, to buffer: ByteBuffer) {
        switch source {
        case .counter(let counter): line(name, "", labels, Double(counter.value), to: buffer)
        case .gauge(let gauge): line(name, "", labels, gauge.value, to: buffer)
        case .computed(let value): line(name, "", labels, value(), to: buffer)
        case .histogram(let histogram):
            let snapshot = histogram.snapshot
            var total: UInt64 = 0
            for (index, count) in snapshot.counts.enumerated() {
                total += count
                let bound = index < histogram.bounds.count ? FloatText.general(histogram.bounds[index]) : "+Inf"
                line(name, "_bucket", labels, bound: bound, Double(total), to: buffer)
            }
            line(name, "_sum", labels, snapshot.sum, to: buffer)
            line(name, "_count", labels, Double(total), to: buffer)
        }
    }

    private static func line(
        _ name: String, _ suffix: StaticString, _ labels: Labels, bound: String? = nil, _ value: Double,
        to buffer: ByteBuffer
    ) {
        buffer.append(name)
        buffer.append(suffix)
        var separator: StaticString = "{"
        for label in labels.array {
            write(label, after: separator, to: buffer)
            separator = ","
        }
        if let bound { write(Label(LabelNames.bucketBound, bound), after: separator, to: buffer) }
        buffer.append(bound == nil && labels.isEmpty ? " " : "} ")
        FloatText.writeJSON(value, to: buffer)
        buffer.append("\n")
    }

    private static func write(_ label: Label, after separator: StaticString, to buffer: ByteBuffer) {
        buffer.append(separator)
        buffer.append(label.name)
        buffer.append("=\"")
        escape(label.value, quotes: true, to: buffer)
        buffer.append("\"")
    }

    /// Backslashes and line ends are escaped everywhere, quotes only where they would end the text.
    private static func escape(_ text: String, quotes: Bool, to buffer: ByteBuffer) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): buffer.append("\\\\")
            case UInt8(ascii: "\n"): buffer.append("\\n")
            case UInt8(ascii: "\"") where quotes: buffer.append("\\\"")
            default: buffer.append(byte)
            }
        }
    }
}
