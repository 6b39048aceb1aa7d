import Model
import PeerSupport
import TestSupport

extension ComparisonData {
    /// Sends all samples, some minutes of every series in a message.
    func send(over connection: Connection) throws {
        let encoded = series.map { WriteMessage.encoded($0.labels) }
        let message = WriteMessage()
        for minute in stride(from: Int64(0), to: Self.minutes, by: 10) {
            for (one, labels) in zip(series, encoded) {
                var isEmpty = true
                forEachSample(of: one, minutes: minute..<minute + 10) { time, value in
                    message.add(time, value)
                    isEmpty = false
                }
                if !isEmpty { message.endSeries(labels) }
            }
            try message.send(over: connection)
        }
    }
}
