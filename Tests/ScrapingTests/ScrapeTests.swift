import Configuration
import HTTP
import Model
import Platform
import Scraping
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct ScrapeTests {
    @Test func oneScrapeIsOneCommitWithTheTargetsOwnSeries() {
        let setup = ScrapeSetup()
        setup.job.groups = [TargetGroup(targets: ["a:1"], labels: Labels(["zone": "x"]))]
        setup.answer("a 1\nb{c=\"d\"} 2.5\ns 3 1699999999000\n")
        setup.apply()
        let commits = setup.step()
        let now = setup.time.wallMilliseconds()
        let own = "{instance=\"a:1\", job=\"node\", zone=\"x\"}"
        #expect(commits.count == 1)
        #expect(
            commits.first == [
                .init(series: "a" + own, value: 1, time: now, origin: .scraped),
                .init(
                    series: "b{c=\"d\", instance=\"a:1\", job=\"node\", zone=\"x\"}", value: 2.5, time: now,
                    origin: .scraped),
                .init(series: "s" + own, value: 3, time: 1_699_999_999_000, origin: .stamped),
                .init(series: "up" + own, value: 1, time: now, origin: .target),
                .init(series: "scrape_duration_seconds" + own, value: 0, time: now, origin: .target),
                .init(series: "scrape_samples_scraped" + own, value: 3, time: now, origin: .target),
                .init(series: "scrape_samples_post_metric_relabeling" + own, value: 3, time: now, origin: .target),
                .init(series: "scrape_series_added" + own, value: 3, time: now, origin: .target),
            ])
        #expect(setup.appender.state.withLock { $0.keys.count } == 1)
        let next = setup.nextCommit()
        #expect(ScrapeSetup.own("scrape_series_added", next) == 0)
        #expect(ScrapeSetup.own("scrape_samples_scraped", next) == 3)
    }

    @Test func requestSaysWhoAsksAndForWhat() {
        let setup = ScrapeSetup()
        setup.job.parameters = [.init(name: "match[]", values: ["up", "a b"]), .init(name: "b", values: ["1"])]
        setup.job.metricsPath = "/federate"
        setup.job.timeout = 1500
        setup.apply()
        setup.step()
        let request = setup.transport.state.withLock { $0.requests.first }
        #expect(request?.url == "http://a:1/federate?b=1&match%5B%5D=up&match%5B%5D=a%20b")
        #expect(request?.timeout == 1500)
        #expect(request?.acceptsCompression == true)
        let headers = Dictionary(uniqueKeysWithValues: (request?.headers ?? []).map { ($0.name, $0.value) })
        #expect(headers["User-Agent"] == "Apus/test")
        #expect(headers["X-Prometheus-Scrape-Timeout-Seconds"] == "1.5")
        #expect(headers["Accept"]?.hasPrefix("text/plain;version=1.0.0;escaping=allow-utf-8;") == true)
    }

    @Test func scrapedLabelsThatClashAreRenamedOrHonored() {
        let setup = ScrapeSetup()
        setup.answer("a{job=\"x\",instance=\"\",exported_job=\"y\"} 1\n")
        setup.apply()
        #expect(
            setup.step().first?.first?.series
                == "a{exported_exported_job=\"x\", exported_job=\"y\", instance=\"a:1\", job=\"node\"}")
        setup.job.honorsLabels = true
        setup.apply()
        #expect(setup.nextCommit().first?.series == "a{exported_job=\"y\", job=\"x\"}")
    }

    @Test func timestampsMayBeIgnored() {
        let setup = ScrapeSetup()
        setup.job.honorsTimestamps = false
        setup.answer("s 3 1699999999000\n")
        setup.apply()
        #expect(setup.step().first?.first?.time == setup.time.wallMilliseconds())
    }

    // MARK: Staleness

    @Test func vanishedSeriesEnd() {
        let setup = ScrapeSetup()
        setup.answer("a 1\nb 2\nc 3\n")
        setup.apply()
        setup.step()
        setup.answer("a 1\nc 3\n")
        #expect(ScrapeSetup.scraped(setup.nextCommit()) == ["a 1", "c 3", "b stale"])
        #expect(ScrapeSetup.scraped(setup.nextCommit()) == ["a 1", "c 3"])
    }

    @Test func firstFailureEndsAllLiveSeries() {
        let setup = ScrapeSetup()
        setup.answer("a 1\nb 2\ns 3 5\n")
        setup.apply()
        setup.step()
        setup.answer(.failure("dial tcp: connection refused"))
        let first = setup.nextCommit()
        #expect(ScrapeSetup.scraped(first) == ["a stale", "b stale"])
        #expect(ScrapeSetup.own("up", first) == 0)
        #expect(ScrapeSetup.own("scrape_samples_scraped", first) == 0)
        let second = setup.nextCommit()
        #expect(ScrapeSetup.scraped(second) == [])
        #expect(ScrapeSetup.own("up", second) == 0)
        setup.answer("b 4\n")
        let third = setup.nextCommit()
        #expect(ScrapeSetup.scraped(third) == ["b 4"])
        #expect(ScrapeSetup.own("up", third) == 1)
        #expect(ScrapeSetup.own("scrape_series_added", third) == 0)
    }

    @Test(arguments: [
        (FakeTransport.Answer.page("a 1\n", status: 503), "server returned HTTP status 503 Service Unavailable"),
        (.page("a 1\nb x\n"), "line 2: \"x\" is not a number while parsing: \"b x\\n\""),
        (
            .page("{}", contentType: "application/json"),
            "the target sent Content-Type \"application/json\"; text/plain is wanted"
        ),
        (.page("a 1\n", contentType: ""), "the target sent no Content-Type; text/plain is wanted"),
        (.failure("no route"), "no route"),
    ])
    func failuresAreToldAsTheTargetsLastError(_ answer: FakeTransport.Answer, _ text: String) {
        let setup = ScrapeSetup()
        setup.apply()
        setup.answer(answer)
        #expect(ScrapeSetup.own("up", setup.step().first ?? []) == 0)
        #expect(setup.manager.targets().first?.health == .down)
        #expect(setup.manager.targets().first?.lastError == text)
        setup.answer("a 1\n")
        _ = setup.nextCommit()
        #expect(setup.manager.targets().first?.health == .up)
        #expect(setup.manager.targets().first?.lastError == "")
    }

    @Test func refusalByTheStoreIsAFailedScrape() {
        let setup = ScrapeSetup()
        setup.answer("a 1\nb 2\n")
        setup.apply()
        setup.step()
        setup.appender.state.withLock { $0.error = .storage("append wal/journal: no space left on device") }
        setup.answer("a 2\n")
        setup.time.advance(milliseconds: 5000)
        #expect(setup.step().isEmpty)
        #expect(setup.manager.targets().first?.lastError == "append wal/journal: no space left on device")
        // With room again, what vanished in the meantime ends now.
        setup.appender.state.withLock { $0.error = nil }
        #expect(ScrapeSetup.scraped(setup.nextCommit()) == ["a 2", "b stale"])
    }

    @Test func seriesThatVanishedWhileTheServerWasDownEnd() {
        let setup = ScrapeSetup()
        let own: KeyValuePairs = ["instance": "a:1", "job": "node"]
        setup.appender.state.withLock { state in
            state.live = ["a", "gone"].map { name in
                Labels([Label("__name__", name)] + own.map { Label($0.key, $0.value) })
            }
        }
        setup.answer("a 1\nb 2\n")
        setup.apply()
        #expect(ScrapeSetup.scraped(setup.step().first ?? []) == ["a 1", "b 2", "gone stale"])
        #expect(ScrapeSetup.scraped(setup.nextCommit()) == ["a 1", "b 2"])
    }

    @Test func stampedSeriesEndOnlyWhenTracked() {
        for isTracked in [false, true] {
            let setup = ScrapeSetup()
            setup.job.tracksTimestampsStaleness = isTracked
            setup.answer("a 1\ns 3 5\n")
            setup.apply()
            setup.step()
            setup.answer("a 1\n")
            #expect(ScrapeSetup.scraped(setup.nextCommit()) == (isTracked ? ["a 1", "s stale"] : ["a 1"]))
        }
    }

    // MARK: What others see

    @Test func statusTellsHowTheTargetIs() throws {
        let setup = ScrapeSetup()
        setup.job.groups = [TargetGroup(targets: ["b:2", "a:1"], labels: Labels(["zone": "x"]))]
        setup.apply()
        #expect(setup.manager.targets().map(\.health) == [.unknown, .unknown])
        setup.answer("# HELP a Text.\n# TYPE a counter\na 1\n")
        setup.step()
        let target = try #require(setup.manager.targets().first)
        #expect(target.scrapePool == "node")
        #expect(target.scrapeURL == "http://a:1/metrics")
        #expect(target.labels == Labels(["instance": "a:1", "job": "node", "zone": "x"]))
        #expect(
            target.discoveredLabels
                == Labels([
                    "__address__": "a:1", "__metrics_path__": "/metrics", "__scheme__": "http",
                    "__scrape_interval__": "5s",
                    "__scrape_timeout__": "1s", "job": "node", "zone": "x",
                ]))
        #expect(target.interval == 5000)
        #expect(target.timeout == 1000)
        let metadata = setup.manager.metadata()
        #expect(metadata.map(\.name) == (target.health == .up ? ["a"] : []))
    }

    @Test func countsOfRefusedSamplesAreShown() {
        let setup = ScrapeSetup()
        setup.appender.state.withLock {
            $0.outcome.outOfOrder = 2
            $0.outcome.duplicate = 3
            $0.outcome.tooFarAhead = 4
            $0.outcome.tooOld = 5
        }
        setup.answer("# TYPE a gauge\na 1\n")
        setup.apply()
        setup.step()
        _ = setup.nextCommit()
        let page = ByteBuffer()
        setup.registry.write(to: page)
        for line in [
            "prometheus_target_scrapes_sample_out_of_order_total 4",
            "prometheus_target_scrapes_sample_out_of_bounds_total 18",
            "prometheus_target_scrapes_sample_duplicate_timestamp_total 6",
            "prometheus_target_scrape_pool_targets{scrape_job=\"node\"} 1", "apus_scrape_lines_total{cache=\"miss\"} 2",
            "apus_scrape_lines_total{cache=\"hit\"} 2",
        ] {
            #expect(page.text.contains("\n" + line + "\n"), "\(line)")
        }
    }
}
