import Configuration
import Exposition
import HTTP
import Model
import Platform
import Synchronization
import Telemetry

/// Scrapes the configured targets, each at its own phase of its interval, and stores what they say.
///
/// One thread waits for answers, reads them and commits them; what others ask goes through the same lock,
/// for which they wait no longer than one page takes.
package final class ScrapeManager: TargetDirectory {
    private let loop: Monitor<ScrapeLoop>
    private let transport: any ScrapeTransport
    private let logger: Logger
    private let isStopping = Atomic(false)
    private let thread = Mutex<Thread?>(nil)

    /// - Parameters:
    ///   - transport: `HTTPFetcher` in the server.
    ///   - seed: random; keeps outsiders from choosing lines that collide in the line caches.
    ///   - userAgent: `Apus/<version>`.
    package init(
        appender: any SampleAppender, transport: any ScrapeTransport, clock: any TimeSource, seed: UInt64,
        metrics: MetricRegistry, logger: Logger, userAgent: String
    ) {
        self.transport = transport
        self.logger = logger
        loop = Monitor(
            ScrapeLoop(
                appender: appender, transport: transport, clock: clock, seed: seed, metrics: ScrapeMetrics(metrics),
                logger: logger, userAgent: userAgent))
    }

    /// Takes over the targets of a configuration: new ones are scraped at once, unchanged ones keep their
    /// state and phase, removed ones end. From any thread.
    package func apply(_ configuration: ServerConfiguration) {
        loop.withLock { $0.apply(configuration) }
        transport.wake()
    }

    /// Begins scraping on a thread of its own.
    package func start() {
        do throws(ThreadError) {
            let started = try Thread(name: "scrape") { [self] in
                while !isStopping.load(ordering: .acquiring) { step(longestWait: .max) }
            }
            thread.withLock { $0 = started }
        } catch {
            logger.error("nothing will be scraped", ["err": error.description])
        }
    }

    /// Ends scraping and waits for the thread; what is on its way is dropped, and no series is marked as
    /// ended.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        transport.wake()
        thread.withLock { $0.take() }?.join()
    }

    /// What the scrape thread does over and over: begins what is due and waits for answers, for at most so
    /// many milliseconds. Tests call it instead of `start`.
    package func step(longestWait: Int32) {
        let wait = loop.withLock { $0.tick() }
        transport.poll(milliseconds: min(wait, longestWait)) { number, outcome in
            loop.withLock { $0.finish(number, outcome) }
        }
    }

    package func targets() -> [TargetStatus] { loop.withLock { $0.statuses } }

    package func metadata() -> [MetricFamily] { loop.withLock { $0.reader.metadata.all } }

    package func targetMetadata() -> [TargetMetadata] { loop.withLock { $0.targetMetadata } }
}
