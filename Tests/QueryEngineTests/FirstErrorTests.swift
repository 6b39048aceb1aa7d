import Model
import QueryEngine
import TestSupport
import Testing

/// Where a query is wrong in several ways, the error is the one that Prometheus meets first.
@Suite struct FirstErrorTests {
    private static let source: MemorySeriesSource = {
        let source = MemorySeriesSource()
        func add(_ name: String, _ group: String, _ index: String, from start: Int64) {
            let labels: Labels = Labels([Label("__name__", name), Label("group", group), Label("index", index)])
            let times = Array(stride(from: start, through: 300_000, by: 60_000))
            source.add(labels, times: times, values: times.map { _ in 1 })
        }
        add("many", "b", "1", from: 0)
        add("many", "a", "1", from: 0)
        for (group, start) in [("a", Int64(0)), ("b", 0)] {
            for index in ["1", "2"] { add("one", group, index, from: start) }
        }
        for (group, start) in [("b", Int64(120_000)), ("a", 0)] {
            for index in ["1", "2"] { add("later", group, index, from: start) }
        }
        return source
    }()

    private static func failure(_ query: String) -> String {
        let engine = Engine(source: source, options: EngineOptions(), clock: ManualTime())
        do throws(QueryError) {
            _ = try engine.range(query, start: 0, end: 300_000, step: 60_000)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func theFirstSeriesOfTheOneSideDecides() {
        #expect(Self.failure("many == on (group) one").contains("match group {group=\"a\"}"))
        #expect(Self.failure("one == on (group) group_right () many").contains("match group {group=\"a\"}"))
    }

    @Test func theFirstStepDecides() {
        #expect(Self.failure("many == on (group) later").contains("match group {group=\"a\"}"))
    }

    @Test func theOneSideComesFirst() {
        #expect(Self.failure("one == on (group) one").hasPrefix("found duplicate series"))
        #expect(Self.failure("one == on (group) many").hasPrefix("multiple matches for labels: many-to-one"))
    }

    @Test func theSmoothingFactorIsLookedAtBeforeTheTrend() {
        #expect(Self.failure("double_exponential_smoothing(one[5m], 1, 2)").hasPrefix("invalid smoothing factor"))
        #expect(Self.failure("double_exponential_smoothing(one[5m], 0.5, 2)").hasPrefix("invalid trend factor"))
    }
}
