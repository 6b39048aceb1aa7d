import Configuration
import Foundation
import HTTP
import Model
import Platform
import Scraping
import Synchronization
import Telemetry
import Testing

/// The manager on its own thread against a server on a socket.
@Suite struct SocketScrapeTests {
    @Test func scrapesOverOneConnectionUntilItIsStopped() throws {
        let served = Atomic<Int>(0)
        let server = try SocketServer { request in
            let number = served.wrappingAdd(1, ordering: .relaxed).newValue
            return SocketServer.reply(
                "# TYPE a counter\na{agent=\"\(request.header("User-Agent") ?? "")\"} \(number)\n")
        }
        defer { server.stop() }
        let appender = FakeAppender()
        let clock = SystemTime()
        let manager = ScrapeManager(
            appender: appender, transport: try HTTPFetcher(), clock: clock, seed: 1, metrics: MetricRegistry(),
            logger: Logger(minimum: .error, clock: clock) { _ in }, userAgent: "Apus/1")
        var configuration = ServerConfiguration()
        var job = ScrapeConfiguration(jobName: "j", interval: 50, timeout: 50)
        job.groups = [TargetGroup(targets: ["127.0.0.1:\(server.port)", "127.0.0.1:1"])]
        configuration.scrapes = [job]
        manager.start()
        manager.apply(configuration)
        let deadline = Date().addingTimeInterval(20)
        while served.load(ordering: .relaxed) < 5, Date() < deadline { usleep(1000) }
        manager.stop()
        #expect(server.connectionCount == 1)
        let commits = appender.state.withLock { $0.commits }
        let scraped = commits.compactMap { $0.first { $0.origin == .scraped } }
        #expect(scraped.map(\.value).starts(with: [1, 2, 3, 4]))
        #expect(scraped.first?.series == "a{agent=\"Apus/1\", instance=\"127.0.0.1:\(server.port)\", job=\"j\"}")
        let targets = manager.targets()
        #expect(targets.map(\.health) == [.down, .up])
        #expect(
            targets.first?.lastError
                == "Get \"http://127.0.0.1:1/metrics\": dial tcp 127.0.0.1:1: connect: connection refused")
        // Nothing more comes after `stop`.
        #expect(appender.state.withLock { $0.commits.count } == commits.count)
    }
}
