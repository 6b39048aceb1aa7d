import Configuration
import HTTP
import Model
import Platform
import Synchronization
import Telemetry

/// Scrapes the configured targets, each at its own phase of its interval, and stores what they say.
package final class ScrapeManager: TargetDirectory {
    private let transport: any ScrapeTransport

    /// - Parameters:
    ///   - transport: `HTTPFetcher` in the server.
    ///   - seed: random; keeps outsiders from choosing lines that collide in the line caches.
    ///   - userAgent: `Apus/<version>`.
    package init(
        appender: any SampleAppender, transport: any ScrapeTransport, clock: any TimeSource, seed: UInt64,
        metrics: MetricRegistry, logger: Logger, userAgent: String
    ) {
        self.transport = transport
    }

    /// Takes over the targets of a configuration: new ones are scraped at once, unchanged ones keep their state and phase,
    /// removed ones end. From any thread.
    package func apply(_ configuration: ServerConfiguration) {}

    /// Begins scraping on a thread of its own.
    package func start() {}

    /// Ends scraping and waits for the thread; what is on its way is dropped, and no series is marked as ended.
    package func stop() {}

    package func targets() -> [TargetStatus] { [] }

    package func metadata() -> [(name: String, metadata: MetricMetadata)] { [] }
}
