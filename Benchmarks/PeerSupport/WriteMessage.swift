import Compression
import Platform

/// A remote write 1.0 message that is being built; used again for the next one after `send`.
package final class WriteMessage {
    private let message = ByteBuffer(capacity: 1 << 20)
    private let samples = ByteBuffer(capacity: 1 << 10)
    private let packed = ByteBuffer(capacity: 1 << 20)

    private static let headers =
        "Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n"
        + "X-Prometheus-Remote-Write-Version: 0.1.0\r\n"

    package init() {}

    package var isEmpty: Bool { message.count == 0 }

    /// A series' labels, name included, in the form that `endSeries` takes.
    package static func encoded(_ pairs: [(name: String, value: String)]) -> [UInt8] {
        let buffer = ByteBuffer()
        for (name, value) in pairs.sorted(by: { $0.name < $1.name }) {
            let label = ByteBuffer()
            label.append(UInt8(0x0a))
            label.append(varint: UInt64(name.utf8.count))
            label.append(name)
            label.append(UInt8(0x12))
            label.append(varint: UInt64(value.utf8.count))
            label.append(value)
            buffer.append(UInt8(0x0a))
            buffer.append(varint: UInt64(label.count))
            buffer.append(label.bytes)
        }
        return Array(buffer.bytes)
    }

    /// Adds a sample of the series that the next `endSeries` names; time in milliseconds.
    package func add(_ time: Int64, _ value: Double) {
        samples.append(UInt8(0x12))
        samples.append(varint: UInt64(10 + Varint.length(UInt64(time))))
        samples.append(UInt8(0x09))
        samples.append(integer: value.bitPattern)
        samples.append(UInt8(0x10))
        samples.append(varint: UInt64(time))
    }

    /// Ends a series with its encoded labels.
    package func endSeries(_ labels: [UInt8]) {
        message.append(UInt8(0x0a))
        message.append(varint: UInt64(labels.count + samples.count))
        message.append(labels)
        message.append(samples.bytes)
        samples.removeAll()
    }

    /// Posts what was added and starts anew. Fails when the server does not take all of it.
    package func send(over connection: Connection) throws {
        packed.removeAll()
        try Snappy.compress(message.bytes, into: packed)
        message.removeAll()
        let reply = try connection.post("/api/v1/write", headers: Self.headers, body: Array(packed.bytes))
        guard reply.status / 100 == 2 else {
            let text = String(decoding: reply.body.prefix(200), as: UTF8.self)
            throw Connection.Failure(description: "remote write was answered \(reply.status): \(text)")
        }
    }
}
