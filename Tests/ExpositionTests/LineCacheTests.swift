import Exposition
import Model
import Testing

@Suite struct LineCacheTests {
    private func labels(_ names: String...) -> [Labels] { names.map { Labels([LabelNames.metric: $0]) } }

    @Test func unchangedPageNeedsNoLabels() throws {
        let run = PageRun()
        let first = try run.scrape("# TYPE a gauge\na 1\nb{x=\"y\"} 2\n")
        #expect(first.map(\.bits) == [1.0, 2.0].map(\.bitPattern))
        #expect(run.reader.addedSeries == 2)
        let second = try run.scrape("# TYPE a gauge\na 3\nb{x=\"y\"} NaN\n")
        #expect(second.map(\.bits) == [3.0, Double.ordinaryNaN].map(\.bitPattern))
        #expect(second.map(\.labels) == first.map(\.labels))
        #expect(run.reader.addedSeries == 0)
        #expect(run.resolved == 2)
        #expect(run.reader.unknownLines == 3)
        #expect(run.reader.knownLines == 3)
    }

    @Test func findsItsPlaceAgainAfterInsertedAndRemovedLines() throws {
        let run = PageRun()
        let names = (0..<100).map { "m\($0)" }
        func page(_ names: [String]) -> String { names.map { "\($0) 1\n" }.joined() }
        try run.scrape(page(names))

        var changed = names
        changed.insert("new", at: 50)
        changed.removeSubrange(10..<13)
        try run.scrape(page(changed))
        #expect(run.resolved == 101)
        #expect(run.reader.addedSeries == 1)
        #expect(run.vanished == labels("m10", "m11", "m12"))
        // Only the new line and the first behind the gap were taken apart.
        #expect(run.reader.unknownLines == 100 + 2)

        try run.scrape(page(changed.reversed()))
        #expect(run.resolved == 101)
        #expect(run.vanished.isEmpty)
        try run.scrape(page(Array(changed.reversed().dropLast(90))))
        #expect(run.vanished.count == 90)
        try run.scrape("")
        #expect(run.vanished.count == 8)
        #expect(run.samples.isEmpty)
    }

    @Test func refusedPageLeavesTheCache() throws {
        let run = PageRun()
        try run.scrape("a 1\nb 2\n")
        #expect(throws: PageError.self) { try run.read("c 1\nb x\n") }
        let samples = try run.scrape("a 3\nb 4\n")
        #expect(samples.map(\.bits) == [3.0, 4.0].map(\.bitPattern))
        #expect(run.reader.unknownLines == 2 + 2)
        #expect(run.vanished.isEmpty)
    }

    @Test func uncommittedPageChangesNothing() throws {
        let run = PageRun()
        try run.scrape("# HELP a text\na 1\n")
        try run.read("# HELP b other\nb 1\n")
        #expect(run.vanished == labels("a"))
        try run.scrape("# HELP a text\na 2\n")
        #expect(run.vanished.isEmpty)
        #expect(run.reader.metadata.all.map(\.name) == ["a"])
    }

    @Test func seriesThatIsSpelledOtherwiseHasNotVanished() throws {
        let run = PageRun()
        try run.scrape("a{x=\"1\",y=\"2\"} 1\n")
        try run.scrape("a{y=\"2\",x=\"1\"} 1\n")
        #expect(run.vanished.isEmpty)
        // One of two equal lines goes away.
        try run.scrape("a{y=\"2\",x=\"1\"} 1\na{y=\"2\",x=\"1\"} 2\n")
        try run.scrape("a{y=\"2\",x=\"1\"} 1\n")
        #expect(run.vanished.isEmpty)
    }

    @Test func timestampsMayComeAndGo() throws {
        let run = PageRun()
        let a = Labels([LabelNames.metric: "a"])
        #expect(try run.scrape("a 1\nb 2\n").map(\.time) == [nil, nil])
        #expect(try run.scrape("a 1 500\nb 2\n").first { $0.labels == a }?.time == 500)
        #expect(run.vanished == [a])
        #expect(try run.scrape("a 1.25e-300 600\nb 2\n").first { $0.labels == a }?.time == 600)
        #expect(run.vanished.isEmpty)
        #expect(try run.scrape("a 1\nb 2\n").first { $0.labels == a }?.time == nil)
        #expect(run.resolved == 2)

        run.options.honorsTimestamps = false
        #expect(try run.scrape("a 1 700\nb 2\n").map(\.time) == [nil, nil])
        run.options.honorsTimestamps = true
        run.options.tracksStamped = true
        try run.scrape("a 1 800\nb 2\n")
        try run.scrape("b 2\n")
        #expect(run.vanished == [a])
    }

    @Test func typeDecidesHowABoundIsSpelled() throws {
        let run = PageRun()
        func bound(_ text: String) throws -> String? { try run.scrape(text).first?.labels["le"] }
        #expect(try bound("# TYPE a untyped\na{le=\"1000000\"} 1\n") == "1000000")
        #expect(try bound("# TYPE a histogram\na{le=\"1000000\"} 1\n") == "1e+06")
        #expect(try bound("# TYPE a histogram\na{le=\"10\"} 1\n") == "10.0")
        #expect(try bound("# TYPE a histogram\na{le=\"0.50\"} 1\n") == "0.5")
        #expect(try bound("# TYPE a histogram\na{le=\"+Inf\"} 1\n") == "+Inf")
        #expect(try bound("# TYPE a histogram\na{le=\"x\"} 1\n") == "x")
        // The line is the same, its meaning is not.
        #expect(try bound("# TYPE a summary\na{le=\"10\"} 1\n") == "10")
    }

    @Test func metadataLastsAsLongAsSomePageHasIt() throws {
        let run = PageRun()
        try run.scrape("# HELP a one\\ntwo\n# TYPE a counter\na 1\n# HELP b text\nb 1\n")
        #expect(run.reader.metadata.all.map(\.name) == ["a", "b"])
        #expect(run.reader.metadata.all.first?.metadata == MetricMetadata(kind: .counter, help: "one\ntwo"))
        var other = LineCache()
        try run.read("# HELP b text\nb 1\n")
        run.reader.commit(to: &other)
        try run.scrape("# HELP a changed\na 1\n")
        #expect(run.reader.metadata.all.map(\.metadata.help) == ["changed", "text"])
        run.reader.forget(&other)
        run.reader.forget(&run.cache)
        #expect(run.reader.metadata.all.isEmpty)
    }

    @Test func refusalOfASeriesNamesTheLine() {
        let run = PageRun()
        let reader = run.reader
        let page = Page("# HELP a text\n\na 1\n")
        let error = #expect(throws: PageError.self) {
            try reader.read(page.buffer, cache: LineCache()) { _ throws(AppendError) in throw AppendError.seriesLimit(7)
            }
        }
        #expect(error?.description == "line 3: the limit of 7 series is reached (--storage.series-limit)")
    }
}
