import Synchronization

/// A query between its arrival and its end. Thread safe.
final class RunningQuery: Sendable {
    let identifier: UInt64
    let call: QueryCall
    let cancellation = Cancellation()
    let progress = QueryProgress()
    /// Milliseconds since the epoch.
    let arrivedWall: Int64
    /// Monotonic nanoseconds.
    let arrived: UInt64
    /// When it was let in; 0 while it waits.
    private let admittedAt = Atomic<UInt64>(0)

    init(identifier: UInt64, call: QueryCall, arrivedWall: Int64, arrived: UInt64) {
        self.identifier = identifier
        self.call = call
        self.arrivedWall = arrivedWall
        self.arrived = arrived
    }

    func admit(at now: UInt64) { admittedAt.store(max(now, 1), ordering: .relaxed) }

    /// What can be told of it at `now` (monotonic nanoseconds); `outcome` is nil while it has not ended.
    func report(at now: UInt64, outcome: Result<Void, QueryError>?) -> QueryReport {
        let admitted = admittedAt.load(ordering: .relaxed)
        let begin = admitted == 0 ? now : admitted
        var report = QueryReport(
            identifier: identifier, call: call, started: arrivedWall, queued: Self.seconds(arrived, begin),
            running: Self.seconds(begin, now), samples: progress.samples, series: progress.series,
            bytes: progress.bytes, peakBytes: progress.peakBytes)
        switch outcome {
        case nil: report.state = admitted == 0 ? .queued : .running
        case .success: report.state = .done
        case .failure(let error):
            report.state = error.isCancellation ? .cancelled : .failed
            report.error = error.description
        }
        return report
    }

    private static func seconds(_ from: UInt64, _ to: UInt64) -> Double {
        to > from ? Double(to - from) / 1e9 : 0
    }
}
