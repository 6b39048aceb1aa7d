import Model
import Platform
import TestSupport
import Testing

@testable import QueryEngine

/// What is small is answered on the thread that asks, and nothing else is.
struct AnswerAtOnceTests {
    private static func service(_ options: EngineOptions = EngineOptions()) -> QueryService {
        let source = CountedSource(RandomData(seed: 8).source(.shared))
        return QueryService(
            engine: Engine(source: source, options: options, clock: ManualTime()), clock: ManualTime())
    }

    private static func call(_ text: String, _ steps: Int64 = 80) -> QueryCall {
        QueryCall(text, .range(start: 0, end: 15_000 * steps, step: 15_000))
    }

    @Test func smallQueriesAre() throws {
        let service = Self.service()
        for text in [
            "1 + 1", "temperature{instance=\"1\"}", "sum(rate(requests_total{instance=\"1\"}[5m]))",
            "temperature - temperature offset 5m", "max_over_time(sum(temperature)[2m:1m])", "absent(none)",
        ] {
            let (result, report) = try #require(service.answerAtOnce(Self.call(text)), "\(text)")
            #expect(report.state == .done && report.call.text == text)
            var held: QueryService.Outcome?
            let done = Monitor(false)
            nonisolated(unsafe) let keep = { (outcome: QueryService.Outcome) in held = outcome }
            service.submit(Self.call(text)) { outcome, _ in
                keep(outcome)
                done.withLock { $0 = true }
                done.notifyAll()
            }
            done.wait { $0 ? () : nil }
            let other = try #require(held).get()
            #expect(Points(result.value) == Points(other.value), "\(text)")
            #expect(result.statistics.samplesRead == other.statistics.samplesRead, "\(text)")
            #expect(result.statistics.seriesSelected == other.statistics.seriesSelected, "\(text)")
        }
        #expect(service.registry.listing().running.isEmpty)
        #expect(service.registry.listing().recent.count == 12)
    }

    @Test func othersAreNot() {
        let service = Self.service()
        let long = "1" + String(repeating: " + 1", count: 200)
        for text in [
            "temperature{instance=~\"1|2\"}", "{__name__!=\"\"}",
            "quantile_over_time(0.5, temperature[30m]) + quantile_over_time(0.6, requests_total[30m])", long,
            "temperature +", "temperature{instance=\"1\"}[5m]", "requests_total + on () temperature",
        ] {
            #expect(service.answerAtOnce(Self.call(text)) == nil, "\(text)")
        }
        #expect(service.answerAtOnce(Self.call("temperature", 10_000)) == nil)
        #expect(service.registry.listing().running.isEmpty && service.registry.listing().recent.isEmpty)
    }
}

/// Knows at once how many series a name has, as storage does.
private final class CountedSource: SeriesSource {
    private let base: MemorySeriesSource

    init(_ base: MemorySeriesSource) { self.base = base }

    func snapshot() throws(SelectError) -> any SeriesSnapshot { CountedSnapshot(try base.snapshot()) }
}

private final class CountedSnapshot: SeriesSnapshot {
    private let base: any SeriesSnapshot

    init(_ base: any SeriesSnapshot) { self.base = base }

    func mostSeries(_ request: SelectRequest) -> Int? {
        request.matchers.contains { $0.operation == .equal && !$0.value.isEmpty } ? 100 : nil
    }

    func select(_ request: SelectRequest) throws(SelectError) -> any Selection { try base.select(request) }
    func series(_ request: LabelRequest) throws(SelectError) -> [Labels] { try base.series(request) }
    func labelNames(_ request: LabelRequest) throws(SelectError) -> [String] { try base.labelNames(request) }
    func labelValues(_ name: String, _ request: LabelRequest) throws(SelectError) -> [String] {
        try base.labelValues(name, request)
    }
}
