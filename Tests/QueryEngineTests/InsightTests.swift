import Model
import TestSupport
import Testing

@testable import QueryEngine

/// Plans tell what a query may cost and did cost, and why an answer is empty.
struct InsightTests {
    private static func options(_ insight: QueryOptions.Insight) -> QueryOptions {
        var options = QueryOptions()
        options.insight = insight
        return options
    }

    private func nodes(_ plan: PlanDescription) -> [PlanDescription] { [plan] + plan.children.flatMap(nodes) }

    /// The estimate holds for every node, and reading is attributed to the nodes that read.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func estimatesBoundCosts(seed: UInt64) throws {
        let engine = RandomData(seed: seed).engine(unitSize: 4)
        for query in RandomData.expressions {
            let explained = try engine.range(
                query, start: 0, end: 1_500_000, step: 60_000, options: Self.options(.explain))
            #expect(explained.statistics.samplesRead == 0, "\(query)")
            guard case .matrix(let series) = explained.value else {
                Issue.record("no matrix")
                continue
            }
            #expect(series.isEmpty)
            let plan = try #require(explained.plan)
            #expect(nodes(plan).allSatisfy { $0.actual == nil })

            let plain = try engine.range(query, start: 0, end: 1_500_000, step: 60_000)
            let analyzed = try engine.range(
                query, start: 0, end: 1_500_000, step: 60_000, options: Self.options(.analyze))
            #expect(analyzed.statistics.samplesRead == plain.statistics.samplesRead, "\(query)")
            let costs = nodes(try #require(analyzed.plan))
            #expect(costs.map(\.operation) == nodes(plan).map(\.operation), "\(query)")
            for (before, after) in zip(nodes(plan), costs) where !after.isRepeated {
                let actual = try #require(after.actual)
                let place = "seed \(seed): \(query): \(before.operation)"
                #expect(before.estimate.series >= actual.series, "\(place)")
                #expect(before.estimate.samples >= actual.samples, "\(place)")
                #expect(after.estimate.series == before.estimate.series, "\(place)")
            }
            let read = costs.filter { !$0.isRepeated }.reduce(0) { $0 + ($1.actual?.samples ?? 0) }
            #expect(read == analyzed.statistics.samplesRead, "seed \(seed): \(query)")
        }
    }

    @Test func treesSayWhatIsDone() throws {
        let engine = RandomData(seed: 1).engine()
        let result = try engine.instant(
            "sum by (zone) (rate(requests_total{zone=\"a\"}[5m])) + on (zone) group_left () sum by (zone) "
                + "(rate(requests_total{zone=\"a\"}[5m]))", at: 900_000, options: Self.options(.analyze))
        let plan = try #require(result.plan)
        #expect(plan.operation == "+ on (zone) group_left ()")
        #expect(plan.children.map(\.operation) == ["sum by (zone)", "sum by (zone)"])
        #expect(plan.children[1].isRepeated)
        let rate = try #require(plan.children[0].children.first)
        #expect(rate.operation == "rate")
        #expect(rate.detail == "requests_total{zone=\"a\"}[5m]")
        #expect(rate.actual?.series == 3)
        #expect(rate.actual?.points == 3)
        #expect((rate.actual?.samples ?? 0) > 30)
        #expect(plan.actual?.points == 1)
        #expect(plan.reasons.isEmpty)
    }

    // MARK: Empty answers

    private static func source() -> MemorySeriesSource {
        let source = MemorySeriesSource()
        let times = (0...10).map { Int64($0) * 60_000 }
        for (job, instance) in [("node", "a"), ("node", "b"), ("apus", "c")] {
            source.add(
                Labels(["__name__": "up", "job": job, "instance": instance]), times: times,
                values: times.map { _ in 1 })
        }
        source.add(
            Labels(["__name__": "gone", "job": "node"]), times: times + [660_000],
            values: times.map { _ in 1 } + [.staleMarker])
        source.add(Labels(["__name__": "late", "job": "node"]), times: [9_000_000], values: [1])
        source.add(Labels(["__name__": "rare", "job": "node"]), times: [590_000], values: [1])
        return source
    }

    private static let cases: [(query: String, time: Int64, reasons: [String])] = [
        (
            "up{job=\"nod\", instance=~\".+\"}", 600_000,
            ["no series has ever matched", "job=\"nod\" empties it: 3 series match without it; did you mean \"node\"?"]
        ),
        (
            "up{zone=\"x\"}", 600_000,
            ["zone=\"x\" empties it: 3 series match without it; none of them has the label zone"]
        ),
        ("sum(upp)", 600_000, ["__name__=\"upp\" matches no series at all; did you mean \"up\"?"]),
        (
            "rate(up{job=\"x\", instance=\"y\"}[5m])", 600_000,
            ["more than one matcher empties it"]
        ),
        (
            "up{job=\"apus\"}", 1_200_000,
            [
                "1 series match, none has a sample in the 5m before",
                "was last seen at 1970-01-01T00:10:00.000Z, 10m before",
            ]
        ),
        ("gone", 700_000, ["gone{job=\"node\"} went stale at 1970-01-01T00:11:00.000Z"]),
        ("late", 600_000, ["all their samples are later than 1970-01-01T00:10:00.000Z"]),
        ("rate(rare[5m])", 600_000, ["has samples, but too few for rate"]),
        ("up > 5", 600_000, ["> dropped all of the 3 series that it got"]),
        ("up and on (job) gone{job=\"x\"}", 600_000, ["job=\"x\" empties it: 1 series match without it"]),
        ("up * on (instance) rare", 600_000, ["* on (instance) got 3 and 1 series and found no pair that it keeps"]),
        ("nosuchthing[5m]", 600_000, ["__name__=\"nosuchthing\" matches no series at all"]),
    ]

    @Test(arguments: 0..<cases.count)
    func emptyAnswersAreExplained(number: Int) throws {
        let (query, time, expected) = Self.cases[number]
        let engine = Engine(source: Self.source(), options: EngineOptions(), clock: ManualTime())
        let result = try engine.instant(query, at: time, options: Self.options(.analyze))
        let reasons = nodes(try #require(result.plan)).flatMap(\.reasons)
        for text in expected { #expect(reasons.contains { $0.contains(text) }, "\(query): \(reasons)") }
    }

    /// Nobody mistypes a pattern of hundreds of kilobytes, and it is not shown as a whole.
    @Test func longPatternsAreNotGuessedAt() throws {
        let engine = Engine(source: Self.source(), options: EngineOptions(), clock: ManualTime())
        let pattern = (0..<20_000).map { "node-\($0)" }.joined(separator: "|")
        let result = try engine.instant("up{job=~\"\(pattern)\"}", at: 600_000, options: Self.options(.analyze))
        let reasons = try #require(result.plan).reasons
        let end = "… empties it: 3 series match without it; job is \"apus\", \"node\""
        #expect(reasons.contains { $0.hasSuffix(end) }, "\(reasons)")
        #expect(reasons.allSatisfy { $0.utf8.count < 500 })
    }

    @Test func answersNeedNoReasons() throws {
        let engine = Engine(source: Self.source(), options: EngineOptions(), clock: ManualTime())
        let result = try engine.instant("up or nosuchthing", at: 600_000, options: Self.options(.analyze))
        #expect(nodes(try #require(result.plan)).allSatisfy { $0.reasons.isEmpty })
        guard case .vector(let samples) = result.value else {
            Issue.record("no vector")
            return
        }
        #expect(samples.count == 3)
    }
}
