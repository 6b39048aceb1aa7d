import PeerSupport
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
        let began = Clock.seconds()
        let labels = (0..<workload.targets).map { target in
            (0..<workload.seriesPerTarget).map { encodedLabels(target: target, series: $0) }
        }
        let message = WriteMessage()
        for step in stride(from: 0, to: steps, by: Self.stepsPerRequest) {
            for target in 0..<workload.targets {
                for series in 0..<workload.seriesPerTarget {
                    append(labels[target][series], target: target, series: series, firstStep: step, to: message)
                }
                try message.send(over: connection)
            }
        }
        return Clock.seconds() - began
    }

    private func append(_ labels: [UInt8], target: Int, series: Int, firstStep: Int, to message: WriteMessage) {
        for step in firstStep..<min(firstStep + Self.stepsPerRequest, steps) {
            let time = start + Int64(step) * workload.interval
            message.add(time, workload.value(target: target, series: series, tick: workload.tick(at: time)))
        }
        message.endSeries(labels)
    }

    private func encodedLabels(target: Int, series index: Int) -> [UInt8] {
        let series = workload.series(index, tick: 0)
        var pairs = [("__name__", series.name), ("job", "t\(target)"), ("instance", "127.0.0.1:9900")]
        for pair in series.labels.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { pairs.append((String(parts[0]), String(parts[1].dropFirst().dropLast()))) }
        }
        return WriteMessage.encoded(pairs)
    }
}
