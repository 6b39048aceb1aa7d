/// What the API and the pages know of scraping. Thread safe.
package protocol TargetDirectory: Sendable {
    /// All active targets, sorted by job, then URL.
    func targets() -> [TargetStatus]
    /// Metadata of metric families as the targets told it at their last scrape, one entry per distinct text, sorted
    /// by name.
    func metadata() -> [MetricFamily]
    /// The same for each active target, in the order of `targets`; families sorted by name.
    func targetMetadata() -> [TargetMetadata]
}

/// One target and how its last scrape went.
package struct TargetStatus: Sendable {
    package enum Health: String, Sendable {
        case up, down, unknown
    }

    /// Labels before relabelling, with `__address__` and friends.
    package var discoveredLabels: Labels
    package var labels: Labels
    /// The job name.
    package var scrapePool: String
    package var scrapeURL: String
    package var health: Health
    /// Empty when the last scrape went well.
    package var lastError: String
    /// Milliseconds since the epoch; 0 before the first scrape.
    package var lastScrape: Int64
    /// Seconds.
    package var lastScrapeDuration: Double
    /// Milliseconds.
    package var interval: Int64
    package var timeout: Int64

    package init(
        discoveredLabels: Labels, labels: Labels, scrapePool: String, scrapeURL: String, health: Health = .unknown,
        lastError: String = "", lastScrape: Int64 = 0, lastScrapeDuration: Double = 0, interval: Int64, timeout: Int64
    ) {
        self.discoveredLabels = discoveredLabels
        self.labels = labels
        self.scrapePool = scrapePool
        self.scrapeURL = scrapeURL
        self.health = health
        self.lastError = lastError
        self.lastScrape = lastScrape
        self.lastScrapeDuration = lastScrapeDuration
        self.interval = interval
        self.timeout = timeout
    }
}
