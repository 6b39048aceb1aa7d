/// What is told of a query, while it runs and afterwards.
package struct QueryReport: Sendable {
    package enum State: String, Sendable {
        case queued, running, done, failed, cancelled
    }

    /// Unique in this process.
    package var identifier: UInt64
    package var call: QueryCall
    package var state = State.queued
    /// When it arrived, milliseconds since the epoch.
    package var started: Int64
    /// Seconds it waited for its turn, and seconds since then.
    package var queued: Double
    package var running: Double
    /// Samples read from storage, series that selectors found.
    package var samples: Int
    package var series: Int
    /// Of the memory budget; `bytes` is 0 once it has ended.
    package var bytes: Int
    package var peakBytes: Int
    /// Why it failed.
    package var error: String?

    package init(
        identifier: UInt64, call: QueryCall, started: Int64, queued: Double, running: Double, samples: Int,
        series: Int, bytes: Int, peakBytes: Int
    ) {
        self.identifier = identifier
        self.call = call
        self.started = started
        self.queued = queued
        self.running = running
        self.samples = samples
        self.series = series
        self.bytes = bytes
        self.peakBytes = peakBytes
    }
}
