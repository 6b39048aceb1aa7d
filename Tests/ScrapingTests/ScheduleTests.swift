import Configuration
import HTTP
import Model
import Scraping
import Synchronization
import TestSupport
import Testing

@Suite struct ScheduleTests {
    /// Timestamps of the commits until some time has passed, the clock moved from tick to tick.
    private func times(_ setup: ScrapeSetup, milliseconds: Int64, late: Int64 = 0) -> [Int64] {
        var times: [Int64] = []
        let end = setup.time.wallMilliseconds() + milliseconds
        while setup.time.wallMilliseconds() < end {
            times += setup.step().compactMap { $0.first?.time }
            let wait = Int64(setup.transport.state.withLock { $0.lastWait })
            if wait > 0 { setup.time.advance(milliseconds: wait + late) }
        }
        return times
    }

    @Test func newTargetIsScrapedAtOnceThenAtItsPhase() {
        let setup = ScrapeSetup()
        setup.answer("a 1\n")
        setup.apply()
        let start = setup.time.wallMilliseconds()
        let times = times(setup, milliseconds: 30_000)
        #expect(times.first == start)
        #expect(times.count == 6 || times.count == 7)
        let rest = times.dropFirst()
        #expect(zip(rest, rest.dropFirst()).allSatisfy { $1 - $0 == 5000 })
        #expect((rest.first ?? 0) - start >= 500)
        #expect((rest.first ?? 0) - start <= 5500)

        // Another server with the same configuration has the same phase, one with other external labels another.
        let second = ScrapeSetup()
        second.answer("a 1\n")
        second.time.advance(milliseconds: 1777)
        second.apply()
        #expect(self.times(second, milliseconds: 30_000).last.map { $0 % 5000 } == times.last.map { $0 % 5000 })
        let replica = ScrapeSetup()
        replica.answer("a 1\n")
        var configuration = ServerConfiguration()
        configuration.scrapes = [replica.job]
        configuration.global.externalLabels = Labels(["replica": "b"])
        replica.manager.apply(configuration)
        #expect(self.times(replica, milliseconds: 30_000).last.map { $0 % 5000 } != times.last.map { $0 % 5000 })
    }

    @Test func smallDelaysDoNotShowInTimestamps() {
        for (late, isSnapped) in [(Int64(2), true), (3, false)] {
            let setup = ScrapeSetup()
            setup.answer("a 1\n")
            setup.apply()
            let times = times(setup, milliseconds: 40_000, late: late).dropFirst()
            let phases = Set(times.map { $0 % 5000 })
            #expect(phases.count == 1)
            let exact = ScrapeSetup()
            exact.answer("a 1\n")
            exact.apply()
            let phase = self.times(exact, milliseconds: 20_000).last.map { $0 % 5000 }
            #expect((phases.first == phase) == isSnapped, "\(late) ms late")
        }
    }

    @Test func toleranceIsOnePercentOfShortIntervals() {
        let setup = ScrapeSetup()
        setup.job.interval = 100
        setup.job.timeout = 100
        setup.answer("a 1\n")
        setup.apply()
        setup.step()
        let times = times(setup, milliseconds: 1000, late: 2)
        let exact = ScrapeSetup()
        exact.job = setup.job
        exact.answer("a 1\n")
        exact.apply()
        #expect((self.times(exact, milliseconds: 1000).last ?? 0) % 100 + 2 == (times.last ?? 0) % 100)
    }

    @Test func ticksMissedWhileATargetAnswersAreLeftOut() {
        let setup = ScrapeSetup()
        setup.answer("a 1\n")
        setup.apply()
        setup.step()
        let phase = setup.nextCommit().first?.time ?? 0
        setup.answer(.silence)
        setup.time.advance(milliseconds: 5000)
        #expect(setup.step().isEmpty)
        setup.time.advance(milliseconds: 12_000)
        setup.answer("a 2\n")
        let late = setup.step().first
        #expect(late?.first?.time == phase + 5000)
        #expect(ScrapeSetup.own("scrape_duration_seconds", late ?? []) == 12)
        #expect(setup.nextCommit().first?.time == phase + 20_000)
    }

    @Test func manyNewTargetsBeginAMillisecondApart() {
        let setup = ScrapeSetup()
        setup.job.groups = [TargetGroup(targets: (0..<100).map { "h\($0):1" })]
        setup.apply()
        setup.step()
        #expect(setup.transport.state.withLock { $0.requests.count } == 1)
        #expect(setup.transport.state.withLock { $0.connections } == 100)
        for _ in 0..<99 {
            setup.time.advance(milliseconds: 1)
            setup.step()
        }
        #expect(Set(setup.transport.state.withLock { $0.requests.map(\.url) }).count == 100)
    }

    @Test func clockThatIsSetBackDoesNotStopScrapes() {
        let setup = ScrapeSetup()
        setup.answer("a 1\n")
        setup.apply()
        setup.step()
        _ = setup.nextCommit()
        setup.time.setWall(milliseconds: setup.time.wallMilliseconds() - 3_600_000)
        let before = setup.time.wallMilliseconds()
        let next = setup.nextCommit().first?.time ?? 0
        #expect(next > before && next <= before + 5000)
    }

    @Test func waitIsBounded() {
        let setup = ScrapeSetup()
        setup.step()
        #expect(setup.transport.state.withLock { $0.lastWait } == 10_000)
    }

    // MARK: Changes of the configuration

    @Test func unchangedTargetGoesOn() {
        let setup = ScrapeSetup()
        setup.answer("a 1\n")
        setup.apply()
        setup.step()
        var other = setup.job
        other.jobName = "other"
        other.groups = [TargetGroup(targets: ["b:1"])]
        setup.apply([other, setup.job])
        setup.step()
        #expect(
            setup.transport.state.withLock { $0.requests.map(\.url) } == ["http://a:1/metrics", "http://b:1/metrics"])
        #expect(setup.transport.state.withLock { $0.wakes } == 2)
        #expect(setup.manager.targets().map(\.scrapePool) == ["node", "other"])
        #expect(setup.manager.targets().first?.health == .up)
        // Another interval changes the schedule only.
        setup.job.interval = 10_000
        setup.apply()
        let next = setup.nextCommit()
        #expect(ScrapeSetup.own("scrape_series_added", next) == 0)
        #expect(setup.manager.targets().first?.interval == 10_000)
    }

    @Test func seriesOfARemovedTargetEndAfterTwoMoreTicks() {
        let setup = ScrapeSetup()
        setup.answer("a 1\ns 1 5\n")
        setup.apply()
        setup.step()
        let last = setup.nextCommit().first?.time ?? 0
        setup.apply([])
        #expect(setup.manager.targets().isEmpty)
        let end = setup.nextCommit()
        #expect(setup.time.wallMilliseconds() == last + 5000 + 5000 + 500)
        #expect(end.map(\.time).allSatisfy { $0 == last + 5000 })
        #expect(ScrapeSetup.scraped(end) == ["a stale"])
        #expect(end.filter { $0.origin == .target && $0.value.isStaleMarker }.count == 5)
        #expect(setup.nextCommit() == [])
        #expect(setup.manager.metadata().isEmpty)
    }

    @Test func targetThatComesBackInTimeDoesNotEnd() {
        let setup = ScrapeSetup()
        setup.answer("a 1\n")
        setup.apply()
        setup.step()
        let last = setup.nextCommit().first?.time ?? 0
        setup.apply([])
        setup.time.advance(milliseconds: 7000)
        setup.step()
        setup.apply()
        let next = setup.nextCommit()
        #expect(next.first?.time == last + 10_000)
        #expect(ScrapeSetup.scraped(next) == ["a 1"])
        #expect(ScrapeSetup.own("scrape_series_added", next) == 0)
        #expect(ScrapeSetup.scraped(setup.nextCommit()) == ["a 1"])
    }

    @Test func answerOfARemovedTargetCountsNoMore() {
        let setup = ScrapeSetup()
        setup.answer(.silence)
        setup.apply()
        setup.step()
        setup.apply([])
        setup.answer("a 1\n")
        #expect(setup.step().isEmpty)
        #expect(setup.nextCommit() == [])
    }

    @Test func otherReadingOfPagesEndsWhatIsNoLongerThere() {
        let setup = ScrapeSetup()
        setup.answer("a{job=\"x\"} 1\n")
        setup.apply()
        let first = setup.step().first?.first?.series ?? ""
        #expect(first == "a{exported_job=\"x\", instance=\"a:1\", job=\"node\"}")
        setup.appender.state.withLock {
            $0.live = [Labels(["__name__": "a", "exported_job": "x", "instance": "a:1", "job": "node"])]
        }
        setup.job.honorsLabels = true
        setup.apply()
        let next = setup.nextCommit()
        #expect(next.first?.series == "a{instance=\"a:1\", job=\"x\"}")
        #expect(next.contains { $0.series == first && $0.value.isStaleMarker })
    }

    @Test func targetsThatCannotBeScrapedAreNamed() {
        let setup = ScrapeSetup(address: "http://a:1/metrics")
        setup.apply()
        #expect(setup.manager.targets().isEmpty)
        #expect(
            setup.log.all.contains { $0.contains("target cannot be scraped") && $0.contains("is not a valid hostname") }
        )
    }

    @Test func groupLabelsMaySayHowToScrape() {
        let setup = ScrapeSetup()
        setup.job.parameters = [.init(name: "module", values: ["http", "more"])]
        setup.job.groups = [
            TargetGroup(
                targets: ["a:1", "a:1"],
                labels: Labels([
                    "__scheme__": "https", "__metrics_path__": "/probe me", "__param_module": "icmp",
                    "__scrape_interval__": "1m",
                    "__scrape_timeout__": "2s", "instance": "given", "job": "mine",
                ]))
        ]
        setup.apply()
        let targets = setup.manager.targets()
        #expect(targets.map(\.scrapeURL) == ["https://a:1/probe%20me?module=icmp&module=more"])
        #expect(targets.first?.labels == Labels(["instance": "given", "job": "mine"]))
        #expect(targets.first?.scrapePool == "node")
        #expect(targets.first?.interval == 60_000)
        #expect(targets.first?.timeout == 2000)
    }
}
