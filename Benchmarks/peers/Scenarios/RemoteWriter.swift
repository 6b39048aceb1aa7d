import Compression
import Foundation
import Platform
import Workload

/// Sends a workload's past by remote write 1.0: per request some steps of one target.
struct RemoteWriter {
    let workload: Workload
    /// Milliseconds of the first step.
    let start: Int64
    let steps: Int

    private static let stepsPerRequest = 4

    /// Returns the seconds that sending took.
    func send(to server: RunningServer) throws -> Double {
        let connection = Connection(port: server.port)
        let headers =
            "Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n"
            + "X-Prometheus-Remote-Write-Version: 0.1.0\r\n"
        let began = Clock.seconds()
        let labels = (0..<workload.targets).map { target in
            (0..<workload.seriesPerTarget).map { encodedLabels(target: target, series: $0) }
        }
        let message = ByteBuffer(capacity: 1 << 20)
        let packed = ByteBuffer(capacity: 1 << 20)
        for step in stride(from: 0, to: steps, by: Self.stepsPerRequest) {
            for target in 0..<workload.targets {
                message.removeAll()
                packed.removeAll()
                for series in 0..<workload.seriesPerTarget {
                    append(labels[target][series], target: target, series: series, firstStep: step, to: message)
                }
                try Snappy.compress(message.bytes, into: packed)
                let reply = try connection.post("/api/v1/write", headers: headers, body: Array(packed.bytes))
                guard reply.status / 100 == 2 else {
                    let text = String(decoding: reply.body.prefix(200), as: UTF8.self)
                    throw Connection.Failure(
                        description: "\(server.contender.rawValue) answered \(reply.status): \(text)")
                }
            }
        }
        return Clock.seconds() - began
    }

    private func append(_ labels: [UInt8], target: Int, series: Int, firstStep: Int, to message: ByteBuffer) {
        let samples = ByteBuffer(capacity: 128)
        for step in firstStep..<min(firstStep + Self.stepsPerRequest, steps) {
            let time = start + Int64(step) * workload.interval
            let value = workload.value(target: target, series: series, tick: workload.tick(at: time))
            samples.append(UInt8(0x12))
            samples.append(varint: UInt64(10 + Varint.length(UInt64(time))))
            samples.append(UInt8(0x09))
            samples.append(integer: value.bitPattern)
            samples.append(UInt8(0x10))
            samples.append(varint: UInt64(time))
        }
        message.append(UInt8(0x0a))
        message.append(varint: UInt64(labels.count + samples.count))
        message.append(labels)
        message.append(samples.bytes)
    }

    private func encodedLabels(target: Int, series index: Int) -> [UInt8] {
        let series = workload.series(index, tick: 0)
        var pairs = [("__name__", series.name), ("job", "t\(target)"), ("instance", "127.0.0.1:9900")]
        for pair in series.labels.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { pairs.append((String(parts[0]), String(parts[1].dropFirst().dropLast()))) }
        }
        let buffer = ByteBuffer()
        for (name, value) in pairs.sorted(by: { $0.0 < $1.0 }) {
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
}
