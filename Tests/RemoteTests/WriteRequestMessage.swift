import Platform

/// Encodes `prometheus.WriteRequest` messages for tests.
enum WriteRequestMessage {
    struct Series {
        var labels: [(String, String)]
        var samples: [(time: Int64, value: Double)]
    }

    static func encode(_ series: [Series]) -> ByteBuffer {
        let message = ByteBuffer()
        for one in series {
            let body = ByteBuffer()
            for (name, value) in one.labels {
                let label = ByteBuffer()
                append(1, name, to: label)
                append(2, value, to: label)
                append(1, label, to: body)
            }
            for (time, value) in one.samples {
                let sample = ByteBuffer()
                sample.append(UInt8(1 << 3 | 1))
                sample.append(integer: value.bitPattern)
                sample.append(UInt8(2 << 3))
                sample.append(varint: UInt64(bitPattern: time))
                append(2, sample, to: body)
            }
            append(1, body, to: message)
        }
        return message
    }

    private static func append(_ number: UInt8, _ text: String, to buffer: ByteBuffer) {
        let bytes = ByteBuffer()
        bytes.append(text)
        append(number, bytes, to: buffer)
    }

    private static func append(_ number: UInt8, _ content: ByteBuffer, to buffer: ByteBuffer) {
        buffer.append(number << 3 | 2)
        buffer.append(varint: UInt64(content.count))
        buffer.append(content.bytes)
    }
}
