import Configuration
import Model
import Platform
import Scraping
import Synchronization
import Telemetry
import TestSupport

/// A manager over a fake store, fake targets and a clock that stands still.
final class ScrapeSetup {
    let time = ManualTime(wallMilliseconds: 1_700_000_000_123)
    let transport = FakeTransport()
    let appender = FakeAppender()
    let registry = MetricRegistry()
    let log = LogLines()
    let manager: ScrapeManager
    var job = ScrapeConfiguration(jobName: "node", interval: 5000, timeout: 1000)

    init(address: String = "a:1") {
        let log = self.log
        manager = ScrapeManager(
            appender: appender, transport: transport, clock: time, seed: 7, metrics: registry,
            logger: Logger(minimum: .debug, clock: time) { log.append($0) }, userAgent: "Apus/test")
        job.groups = [TargetGroup(targets: [address])]
    }

    func apply(_ jobs: [ScrapeConfiguration]) {
        var configuration = ServerConfiguration()
        configuration.scrapes = jobs
        manager.apply(configuration)
    }

    func apply() { apply([job]) }

    func answer(_ answer: FakeTransport.Answer, _ url: String = "http://a:1/metrics") {
        transport.state.withLock { $0.answers[url] = answer }
    }

    func answer(_ page: String) { answer(.page(page)) }

    /// Begins what is due, delivers what is answered, and returns the commits that came of it.
    @discardableResult
    func step() -> [[FakeAppender.Sample]] {
        let before = appender.state.withLock { $0.commits.count }
        manager.step(longestWait: .max)
        return appender.state.withLock { Array($0.commits[before...]) }
    }

    /// Moves to the instant that the manager waits for, at most `limit` steps, until a commit is made.
    func nextCommit(limit: Int = 20) -> [FakeAppender.Sample] {
        for _ in 0..<limit {
            if let commit = step().first { return commit }
            time.advance(milliseconds: Int64(transport.state.withLock { $0.lastWait }))
        }
        return []
    }

    /// The value of a metric about scraping itself: of the first line of that name, or of one with these labels.
    func metric(_ name: String) -> String? {
        let page = ByteBuffer()
        registry.write(to: page)
        return page.text.split(separator: "\n").first { $0.hasPrefix(name + " ") || $0.hasPrefix(name + "{") }.map {
            String($0.split(separator: " ").last ?? "")
        }
    }

    /// The last commit's scraped samples as `name value`, own series left out.
    static func scraped(_ commit: [FakeAppender.Sample]) -> [String] {
        commit.filter { $0.origin != .target }.map {
            "\($0.series.prefix { $0 != "{" }) \($0.value.isStaleMarker ? "stale" : FloatText.plain($0.value))"
        }
    }

    static func own(_ name: String, _ commit: [FakeAppender.Sample]) -> Double? {
        commit.first { $0.origin == .target && $0.series.hasPrefix(name + "{") }?.value
    }
}

final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}
