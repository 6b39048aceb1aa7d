import Model
import Telemetry

/// What the receiver counts.
struct RemoteMetrics: Sendable {
    let samples: Counter
    let failed: Counter
    let badLabels: Counter
    let outOfOrder: Counter
    let tooOld: Counter
    let duplicate: Counter
    let tooFarAhead: Counter
    let seriesLimit: Counter

    init(_ registry: MetricRegistry) {
        samples = registry.counter("apus_remote_write_received_samples_total", "Samples stored from remote write.")
        failed = registry.counter(
            "apus_remote_write_failed_samples_total", "Samples of requests that storage could not take.")
        func refused(_ reason: String) -> Counter {
            registry.counter(
                "apus_remote_write_refused_samples_total", "Samples of remote write that can never be stored.",
                labels: Labels(["reason": reason]))
        }
        badLabels = refused("labels")
        outOfOrder = refused("out_of_order")
        tooOld = refused("too_old")
        duplicate = refused("duplicate")
        tooFarAhead = refused("too_far_ahead")
        seriesLimit = refused("series_limit")
    }

    /// Counts the samples of a series that the store does not take.
    func count(_ error: AppendError, _ samples: Int) {
        if case .seriesLimit = error { seriesLimit.add(samples) } else { badLabels.add(samples) }
    }

    func count(_ outcome: AppendOutcome) {
        samples.add(outcome.appended)
        outOfOrder.add(outcome.outOfOrder)
        tooOld.add(outcome.tooOld)
        duplicate.add(outcome.duplicate)
        tooFarAhead.add(outcome.tooFarAhead)
    }
}
