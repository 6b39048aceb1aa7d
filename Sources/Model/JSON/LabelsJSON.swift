import Platform

/// Label sets as JSON objects.
package enum LabelsJSON {
    /// Names in order.
    package static func write(_ labels: Labels, to buffer: ByteBuffer) {
        buffer.append("{")
        var isFirst = true
        labels.forEachBytes { name, value in
            if !isFirst { buffer.append(",") }
            isFirst = false
            JSONText.write(name, to: buffer)
            buffer.append(":")
            JSONText.write(value, to: buffer)
        }
        buffer.append("}")
    }
}
