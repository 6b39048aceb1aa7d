/// The way into storage. Thread safe.
package protocol SampleAppender: Sendable {
    /// The series with these labels, made when there is none. It becomes visible with its first sample.
    func reference(for labels: Labels) throws(AppendError) -> SeriesReference

    /// Commits samples: readers see all of them or none. On return they are in the kernel's hands (or on disk, where
    /// the sync policy says so). Single samples that break the rules of order are refused and counted, the rest is
    /// stored; an error means that nothing was stored. `now` is the wall clock in milliseconds.
    func append(_ batch: AppendBatch, now: Int64) throws(AppendError) -> AppendOutcome

    /// The series whose newest sample from this origin is not a stale marker; known again after a restart, so that a
    /// series that vanished in between can be marked.
    func liveSeries(of origin: Origin) -> [SeriesReference]
}

/// What one commit holds: one part per origin.
package struct AppendBatch: Sendable {
    package struct Part: Sendable {
        package var origin: Origin
        /// Milliseconds; for all samples of the part, unless `times` is given.
        package var time: Int64
        /// Empty, or one time per sample.
        package var times: [Int64]
        package var references: [SeriesReference]
        /// As many as references.
        package var values: [Double]

        package init(
            origin: Origin, time: Int64, times: [Int64] = [], references: [SeriesReference] = [], values: [Double] = []
        ) {
            self.origin = origin
            self.time = time
            self.times = times
            self.references = references
            self.values = values
        }
    }

    package var parts: [Part]

    package init(parts: [Part] = []) { self.parts = parts }
}

/// How many samples of a commit went where.
package struct AppendOutcome: Sendable, Equatable {
    package var appended = 0
    /// Equal time and equal value: already there, nothing to do.
    package var repeated = 0
    /// Equal time, another value.
    package var duplicate = 0
    /// Older than the series' newest sample by more than the out-of-order window.
    package var outOfOrder = 0
    /// Below the retention limit.
    package var tooOld = 0
    /// More than ten minutes ahead of the clock.
    package var tooFarAhead = 0
    /// Stale markers that came too late to mean anything.
    package var lateMarkers = 0
    /// Of references whose series has left the store: its labels must be looked up again. Not stored.
    package var forgotten = 0

    package init() {}
}

/// Why nothing of a commit was stored.
package enum AppendError: Error, Sendable, CustomStringConvertible {
    /// The journal could not be written; the file error's text.
    case storage(String)
    /// The series budget is used up.
    case seriesLimit(Int)
    /// The labels break a limit of the store; which one.
    case labels(String)
    /// Storage is still replaying or already closed.
    case notReady

    /// True when only this one series is refused, and others are not.
    package var isOfOneSeries: Bool {
        switch self {
        case .seriesLimit, .labels: return true
        case .storage, .notReady: return false
        }
    }

    package var description: String {
        switch self {
        case .storage(let text): return text
        case .seriesLimit(let limit): return "the limit of \(limit) series is reached (--storage.series-limit)"
        case .labels(let text): return text
        case .notReady: return "storage is not ready"
        }
    }
}
