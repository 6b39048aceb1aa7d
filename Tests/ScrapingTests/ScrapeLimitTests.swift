import Configuration
import HTTP
import Model
import Scraping
import Synchronization
import TestSupport
import Testing

/// A page, or a job, beyond its limits fails as a whole, and nothing of it is stored.
@Suite struct ScrapeLimitTests {
    private let setup = ScrapeSetup()

    private func names() -> [String] { setup.appender.state.withLock { $0.labels.map(\.metricName) } }

    @Test func tooManySamplesEndAllSeriesAndAreCounted() {
        setup.job.limits.samples = 3
        setup.answer("a 1\nb 2\nc 3\n")
        setup.apply()
        #expect(setup.step().first.map(ScrapeSetup.scraped) == ["a 1", "b 2", "c 3"])
        setup.answer("a 1\nb 2\nc 3\nd{n=\"1\"} 4\nd{n=\"2\"} 5\nd{n=\"3\"} 6\nd{n=\"4\"} 7\n")
        let failed = setup.nextCommit()
        #expect(ScrapeSetup.scraped(failed) == ["a stale", "b stale", "c stale"])
        #expect(ScrapeSetup.own("up", failed) == 0)
        #expect(ScrapeSetup.own("scrape_samples_scraped", failed) == 7)
        #expect(ScrapeSetup.own("scrape_samples_post_metric_relabeling", failed) == 7)
        let status = setup.manager.targets().first
        #expect(status?.lastError == "sample limit exceeded (number of samples: 7, limit: 3)")
        #expect(status?.health == .down)
        #expect(setup.metric("prometheus_target_scrapes_exceeded_sample_limit_total") == "1")
        // A page that explodes makes no more series than the limit before it is refused.
        #expect(names().filter { $0 == "d" }.count == 3)
        setup.answer("a 1\n")
        #expect(ScrapeSetup.scraped(setup.nextCommit()) == ["a 1"])
        #expect(setup.manager.targets().first?.lastError == "")
    }

    @Test func labelsBeyondALimitFailTheScrape() {
        // Name, instance, job: the target's own labels count.
        setup.job.limits.labels.count = 4
        setup.job.limits.labels.nameLength = 10
        setup.job.limits.labels.valueLength = 8
        setup.answer("a{x=\"1\"} 1\nb 2\n")
        setup.apply()
        #expect(setup.step().first.map(ScrapeSetup.scraped) == ["a 1", "b 2"])
        for (line, text) in [
            ("c{x=\"1\",y=\"2\"} 1", "label_limit exceeded (metric: c, number of labels: 5, limit: 4)"),
            (
                "c{abcdefghijk=\"1\"} 1",
                "label_name_length_limit exceeded (metric: c, label name: abcdefghijk, length: 11, limit: 10)"
            ),
            (
                "c{x=\"123456789\"} 1",
                "label_value_length_limit exceeded (metric: c, label name: x, value: \"123456789\", length: 9, limit: 8)"
            ),
        ] {
            setup.answer("a{x=\"1\"} 1\n\(line)\nb 2\n")
            let failed = setup.nextCommit()
            #expect(ScrapeSetup.own("up", failed) == 0)
            #expect(failed.filter { $0.origin != .target }.allSatisfy { $0.value.isStaleMarker })
            #expect(setup.manager.targets().first?.lastError == "line 2: \(text)")
        }
        #expect(!names().contains("c"))
        #expect(setup.metric("prometheus_target_scrape_pool_exceeded_label_limits_total") == "3")
    }

    /// Lines that were read under other limits are read again.
    @Test func aReloadChangesTheLimits() {
        setup.answer("a{x=\"1\"} 1\n")
        setup.apply()
        #expect(setup.step().first.map(ScrapeSetup.scraped) == ["a 1"])
        setup.job.limits.labels.count = 3
        setup.apply()
        #expect(ScrapeSetup.own("up", setup.nextCommit()) == 0)
        setup.job.limits.labels.count = 0
        setup.apply()
        #expect(ScrapeSetup.scraped(setup.nextCommit()) == ["a 1"])
    }

    @Test func aJobWithTooManyTargetsIsNotScraped() {
        setup.job.groups = [TargetGroup(targets: ["a:1", "b:1"])]
        setup.job.limits.targets = 1
        setup.answer("a 1\n")
        setup.apply()
        let commits = [setup.nextCommit(), setup.nextCommit()]
        #expect(commits.allSatisfy { ScrapeSetup.own("up", $0) == 0 && ScrapeSetup.scraped($0).isEmpty })
        #expect(setup.transport.state.withLock { $0.requests.isEmpty })
        #expect(
            setup.manager.targets().map(\.lastError)
                == [
                    "target_limit exceeded (number of targets: 2, limit: 1)",
                    "target_limit exceeded (number of targets: 2, limit: 1)",
                ])
        #expect(setup.metric("prometheus_target_scrape_pool_exceeded_target_limit_total") == "1")
        #expect(setup.metric("prometheus_target_scrape_pool_target_limit") == "1")
        setup.job.limits.targets = 2
        setup.apply()
        #expect(ScrapeSetup.own("up", setup.nextCommit()).map { $0 >= 0 } == true)
        #expect(setup.transport.state.withLock { !$0.requests.isEmpty })
    }

    @Test func theLimitOfAPageReachesTheFetch() {
        setup.job.limits.bodySize = 1000
        setup.answer(.tooLong)
        setup.apply()
        let failed = setup.nextCommit()
        #expect(ScrapeSetup.own("up", failed) == 0)
        #expect(setup.transport.state.withLock { $0.requests.first?.maxBodyBytes } == 1000)
        #expect(setup.metric("prometheus_target_scrapes_exceeded_body_size_limit_total") == "1")
    }

    /// What the whole store does not take leaves the others alone.
    @Test func aLimitOfTheStoreRefusesOnlyThatSeries() {
        setup.appender.state.withLock { $0.labelLimits.count = 3 }
        setup.answer("a 1\nb{x=\"1\"} 2\nc 3\n")
        setup.apply()
        let commit = setup.nextCommit()
        #expect(ScrapeSetup.scraped(commit) == ["a 1", "c 3"])
        #expect(ScrapeSetup.own("up", commit) == 1)
        #expect(
            setup.manager.targets().first?.lastError
                == "1 series refused: --storage.label-limit exceeded (metric: b, number of labels: 4, limit: 3)")
    }
}
