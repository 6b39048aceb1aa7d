import Configuration
import Exposition
import Model

/// A target as the configuration describes it.
struct Target: Equatable {
    /// The job's name.
    var pool: String
    /// Before relabelling, with `__address__` and friends.
    var discoveredLabels: Labels
    /// What each of its series bears.
    var labels: Labels
    var url: String
    /// Milliseconds.
    var interval: Int64
    var timeout: Int64
    /// Scraped labels win over the target's own of the same name.
    var honorsLabels: Bool
    var pages: PageOptions
    var limits: ScrapeLimits
    /// Why the target is not to be scraped; its scrapes fail with this.
    var refusal = ""
    /// What the target is known by, over restarts: a hash of pool, labels and URL.
    var key: UInt64
    /// Where in its interval the target is scraped, in milliseconds since the epoch modulo the interval.
    var phase: Int64

    /// The first instant of the target's schedule after `time`.
    func tick(after time: Int64) -> Int64 {
        let since = (time - phase) % interval
        return time - (since < 0 ? since + interval : since) + interval
    }

    func isTick(_ time: Int64) -> Bool { (time - phase) % interval == 0 }
}
