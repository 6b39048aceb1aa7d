import Model
import Platform

/// Samples of one series as a line of JSON.
enum SampleLines {
    static func append(
        _ labels: Labels, _ times: some Sequence<Int64>, _ values: some Sequence<Double>, to buffer: ByteBuffer
    ) {
        buffer.append("{\"metric\":")
        LabelsJSON.write(labels, to: buffer)
        buffer.append(",\"values\":[")
        var isFirst = true
        for value in values {
            if !isFirst { buffer.append(",") }
            isFirst = false
            append(value, to: buffer)
        }
        buffer.append("],\"timestamps\":[")
        isFirst = true
        for time in times {
            if !isFirst { buffer.append(",") }
            isFirst = false
            IntegerText.write(time, to: buffer)
        }
        buffer.append("]}\n")
    }

    private static func append(_ value: Double, to buffer: ByteBuffer) {
        if value.isStaleMarker { return buffer.append("\"stale\"") }
        if value.isFinite { return FloatText.writeJSON(value, to: buffer) }
        buffer.append("\"\(FloatText.general(value))\"")
    }
}
