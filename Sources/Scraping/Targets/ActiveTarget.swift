import Exposition
import Model
import Telemetry

/// A target that is being scraped, and what its scrapes have left. Belongs to the scrape loop.
final class ActiveTarget {
    var target: Target
    /// Seconds between the beginnings of its scrapes.
    var intervalLength: Histogram
    var cache = LineCache()
    /// When something is to be done about the target next: a scrape, or the end of its series once it is
    /// removed.
    var due: Int64
    /// The scrape on its way.
    var scrape: PendingScrape?
    /// Set when the configuration no longer has the target: the time at which its series are to end.
    var endTime: Int64?

    /// The series of the last page are live: a successful scrape has committed them and none has failed
    /// since.
    var isLive = false
    /// What the store remembers from before a restart has been taken into account.
    var isReconciled = false
    /// Why the store refused series of the last page, and since when (milliseconds); nil when it took all.
    var refusal: (reason: String, since: Int64)?
    /// `up` and the others of `OwnSeries`; empty while not known.
    var ownSeries: [SeriesReference] = []

    var health = TargetStatus.Health.unknown
    var lastError = ""
    /// Milliseconds; 0 before the first scrape.
    var lastScrape: Int64 = 0
    /// Monotonic nanoseconds; nil before the first scrape.
    var lastBegan: UInt64?
    /// When a scrape was last committed, in milliseconds.
    var lastSuccess: Int64 = 0
    /// Seconds.
    var lastDuration = 0.0

    init(_ target: Target, due: Int64, intervalLength: Histogram) {
        self.target = target
        self.intervalLength = intervalLength
        self.due = due
    }

    var status: TargetStatus {
        TargetStatus(
            discoveredLabels: target.discoveredLabels, labels: target.labels, scrapePool: target.pool,
            scrapeURL: target.url, health: health, lastError: lastError, lastScrape: lastScrape,
            lastScrapeDuration: lastDuration, interval: target.interval, timeout: target.timeout)
    }

    var scrapedOrigin: Origin { Origin(.scraped, key: target.key) }
    var stampedOrigin: Origin { Origin(.stamped, key: target.key) }
    var ownOrigin: Origin { Origin(.target, key: target.key) }
}

/// A scrape that waits for its answer.
struct PendingScrape {
    /// What the transport knows it by.
    var id: UInt64
    /// The samples' timestamp, milliseconds.
    var time: Int64
    /// Monotonic nanoseconds.
    var began: UInt64
}
