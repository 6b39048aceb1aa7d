import Model
import Synchronization

/// A store that writes down what it is told.
final class FakeAppender: SampleAppender {
    struct Sample: Equatable, CustomStringConvertible {
        /// As in an expression: `up{instance="a", job="b"}`.
        var series: String
        var value: Double
        var time: Int64
        var origin: Origin.Kind

        var description: String { "\(series) \(value.isStaleMarker ? "stale" : "\(value)") @\(time) \(origin)" }

        static func == (left: Sample, right: Sample) -> Bool {
            left.series == right.series && left.value.bitPattern == right.value.bitPattern && left.time == right.time
                && left.origin == right.origin
        }
    }

    struct State {
        var labels: [Labels] = []
        var numbers: [Labels: Int] = [:]
        var commits: [[Sample]] = []
        var keys: Set<UInt64> = []
        var live: [Labels] = []
        /// What the next commits come to.
        var error: AppendError?
        var outcome = AppendOutcome()
        /// New series are refused when there are so many.
        var seriesLimit = Int.max
        var labelLimits = LabelLimits()
    }

    let state = Mutex(State())

    func reference(for labels: Labels) throws(AppendError) -> SeriesReference {
        let result: Result<SeriesReference, AppendError> = state.withLock { state in
            if let number = state.numbers[labels] { return .success(SeriesReference(UInt32(number))) }
            if let violation = state.labelLimits.violation(by: labels) {
                return .failure(.labels(violation.textWithFlag))
            }
            if state.labels.count >= state.seriesLimit { return .failure(.seriesLimit(state.seriesLimit)) }
            state.labels.append(labels)
            state.numbers[labels] = state.labels.count - 1
            return .success(SeriesReference(UInt32(state.labels.count - 1)))
        }
        return try result.get()
    }

    func append(_ batch: AppendBatch, now: Int64) throws(AppendError) -> AppendOutcome {
        let result: Result<AppendOutcome, AppendError> = state.withLock { state in
            if let error = state.error { return .failure(error) }
            var commit: [Sample] = []
            for part in batch.parts {
                state.keys.insert(part.origin.key)
                for (index, reference) in part.references.enumerated() {
                    commit.append(
                        Sample(
                            series: state.labels[Int(reference.rawValue)].metricText, value: part.values[index],
                            time: part.times.isEmpty ? part.time : part.times[index], origin: part.origin.kind))
                }
            }
            state.commits.append(commit)
            return .success(state.outcome)
        }
        return try result.get()
    }

    func liveSeries(of origin: Origin) -> [SeriesReference] {
        state.withLock { state in
            guard origin.kind == .scraped else { return [] }
            return state.live.map { labels in
                if state.numbers[labels] == nil {
                    state.labels.append(labels)
                    state.numbers[labels] = state.labels.count - 1
                }
                return SeriesReference(UInt32(state.numbers[labels] ?? 0))
            }
        }
    }
}
