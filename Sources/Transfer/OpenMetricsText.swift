import Model
import Platform

/// Samples in the OpenMetrics format.
enum OpenMetricsText {
    /// `name{label="value"}`; names that need it in quotes, the metric's then inside the braces.
    static func series(_ labels: Labels) -> [UInt8] {
        let buffer = ByteBuffer()
        let name = labels.metricName
        var fields = 0
        if LabelName.isLegacyMetric(name) {
            buffer.append(name)
        } else if !name.isEmpty {
            buffer.append("{")
            quote(name, to: buffer)
            fields = 1
        }
        for label in labels.array where label.name != LabelNames.metric {
            buffer.append(fields == 0 ? "{" : ",")
            fields += 1
            if LabelName.isLegacy(label.name) { buffer.append(label.name) } else { quote(label.name, to: buffer) }
            buffer.append("=")
            quote(label.value, to: buffer)
        }
        if fields > 0 { buffer.append("}") }
        return [UInt8](buffer.bytes)
    }

    /// ` value seconds` behind the series, and a line end.
    static func append(_ series: [UInt8], _ value: Double, _ time: Int64, to buffer: ByteBuffer) {
        buffer.append(series)
        buffer.append(" ")
        buffer.append(FloatText.general(value))
        buffer.append(time < 0 ? " -" : " ")
        IntegerText.write(time.magnitude / 1000, to: buffer)
        let rest = Int(time.magnitude % 1000)
        if rest > 0 { buffer.append("." + String(rest + 1000).dropFirst()) }
        buffer.append("\n")
    }

    /// Quotes, backslashes and line ends are escaped.
    private static func quote(_ text: String, to buffer: ByteBuffer) {
        buffer.append("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): buffer.append("\\\"")
            case UInt8(ascii: "\\"): buffer.append("\\\\")
            case UInt8(ascii: "\n"): buffer.append("\\n")
            default: buffer.append(byte)
            }
        }
        buffer.append("\"")
    }
}
