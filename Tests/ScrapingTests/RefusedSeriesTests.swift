import Model
import Scraping
import Synchronization
import TestSupport
import Testing

/// A store that takes no new series, or has forgotten some.
@Suite struct RefusedSeriesTests {
    private func names(_ commit: [FakeAppender.Sample]) -> [String] {
        commit.filter { $0.origin != .target }.map { String($0.series.prefix { $0 != "{" }) }
    }

    @Test func newSeriesAreLeftOutAndOldOnesGoOn() {
        let setup = ScrapeSetup()
        setup.answer("a 1\nb 2\nold 3 1699999999000\n")
        setup.apply()
        setup.step()
        setup.appender.state.withLock { $0.seriesLimit = $0.labels.count }
        setup.answer("a 1\nnew1 5\nb 2\nnew2 6 1699999999000\nold 4 1699999999500\n")
        let full = setup.nextCommit()
        #expect(names(full) == ["a", "b", "old"])
        #expect(full.allSatisfy { !$0.value.isStaleMarker })
        #expect(ScrapeSetup.own("up", full) == 1)
        #expect(ScrapeSetup.own("scrape_samples_scraped", full) == 5)
        #expect(ScrapeSetup.own("scrape_series_added", full) == 0)
        let status = setup.manager.targets().first
        #expect(status?.lastError == "2 series refused: the limit of 8 series is reached (--storage.series-limit)")
        #expect(status?.health == .up)
        // For a minute nobody asks again, and the lines are known.
        let misses = setup.metric(#"apus_scrape_lines_total{cache="miss"}"#)
        for _ in 0..<11 {
            #expect(names(setup.nextCommit()) == ["a", "b", "old"])
            #expect(setup.manager.targets().first?.lastError.hasPrefix("2 series refused: ") == true)
        }
        #expect(setup.metric(#"apus_scrape_lines_total{cache="miss"}"#) == misses)
        // A series that was refused ends without a stale marker.
        setup.answer("a 1\nnew2 6 1699999999000\nb 2\nold 4 1699999999500\n")
        let fewer = setup.nextCommit()
        #expect(names(fewer) == ["a", "b", "old"])
        #expect(setup.manager.targets().first?.lastError.hasPrefix("1 series refused: ") == true)
        // Then there is room, and a series that went away meanwhile is ended.
        setup.appender.state.withLock { state in
            state.seriesLimit = .max
            state.live = state.labels.filter { ["a", "b"].contains($0.metricName) }
        }
        setup.answer("a 1\nnew1 5\nnew2 6 1699999999600\nold 4 1699999999500\n")
        let roomy = setup.nextCommit()
        #expect(Set(names(roomy)) == ["a", "new1", "new2", "old", "b"])
        #expect(roomy.filter { $0.value.isStaleMarker }.map(\.series).allSatisfy { $0.hasPrefix("b{") })
        #expect(roomy.filter { $0.value.isStaleMarker }.count == 1)
        #expect(setup.manager.targets().first?.lastError == "")
    }

    /// References that the store no longer knows are asked for again with the next page.
    @Test func forgottenSeriesAreLookedUpAgain() {
        let setup = ScrapeSetup()
        setup.answer("a 1\n")
        setup.apply()
        setup.step()
        setup.appender.state.withLock { $0.outcome.forgotten = 1 }
        _ = setup.nextCommit()
        setup.appender.state.withLock { state in
            state.outcome.forgotten = 0
            // From here on every label set has another reference.
            state.numbers = [:]
        }
        let next = setup.nextCommit()
        #expect(next.count == 6)
        #expect(setup.appender.state.withLock { $0.labels.count } == 12)
    }
}
