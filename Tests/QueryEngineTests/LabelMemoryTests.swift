import Model
import Platform
import TestSupport
import Testing

@testable import QueryEngine

/// Lists of labels take memory of the queries' budget, and so do the values that explain an empty answer.
struct LabelMemoryTests {
    private func service(memory: Int) -> (service: QueryService, engine: Engine) {
        let source = MemorySeriesSource()
        for index in 0..<3000 {
            source.add(
                Labels(["__name__": "up", "id": "\(index)" + String(repeating: "x", count: 50), "name_\(index)": "y"]),
                times: [1000], values: [1])
        }
        var options = EngineOptions()
        options.maxMemory = memory
        let clock = ManualTime()
        let engine = Engine(source: source, options: options, clock: clock)
        return (QueryService(engine: engine, clock: clock), engine)
    }

    private func failure(_ body: () throws(QueryError) -> Void) -> String {
        do throws(QueryError) {
            try body()
            return ""
        } catch {
            return error.description
        }
    }

    @Test func listsAreChargedWhileTheyAreHeld() throws {
        let (service, engine) = service(memory: 4 << 20)
        defer { service.stop() }
        var series: LabelResult<Labels>? = try service.series(LabelRequest())
        #expect(series?.list.count == 3000)
        #expect(engine.memory.taken >= 3000 * 150)
        series = nil
        #expect(engine.memory.taken == 0)
        var values: LabelResult<String>? = try service.labelValues("id", LabelRequest())
        #expect(values?.list.count == 3000)
        #expect(engine.memory.taken >= 3000 * 50)
        values = nil
        #expect(engine.memory.taken == 0)
        // Few results of many series need little.
        #expect(try service.labelValues("__name__", LabelRequest()).list == ["up"])
    }

    @Test func tooLongListsAreRefused() {
        let (service, engine) = service(memory: 100_000)
        defer { service.stop() }
        let text = failure { () throws(QueryError) in _ = try service.series(LabelRequest()) }
        #expect(text.hasPrefix("query needs too much memory: a list of series takes "), "\(text)")
        #expect(text.hasSuffix("the limit is 100000"), "\(text)")
        let values = failure { () throws(QueryError) in _ = try service.labelValues("id", LabelRequest()) }
        #expect(values.hasPrefix("query needs too much memory: a list of values of the label id takes "), "\(values)")
        let names = failure { () throws(QueryError) in _ = try service.labelNames(LabelRequest()) }
        #expect(names.hasPrefix("query needs too much memory: a list of label names takes "), "\(names)")
        #expect(engine.memory.taken == 0)
    }

    @Test func explanationsAreCharged() throws {
        var options = QueryOptions()
        options.insight = .analyze
        func run(_ memory: Int) throws(QueryError) -> PlanDescription? {
            let (service, engine) = service(memory: memory)
            defer { service.stop() }
            return try engine.instant("up{id=\"0\"}", at: 1000, options: options).plan
        }
        let text = failure { () throws(QueryError) in _ = try run(50_000) }
        #expect(text.hasPrefix("query needs too much memory: a look at the values of id takes "), "\(text)")
        #expect(try run(4 << 20)?.reasons.contains { $0.hasPrefix("id=\"0\" empties it: 3000 series") } == true)
    }

    /// The newest sample is looked for in units as large as storage makes them.
    @Test func looksForSamplesAreCharged() {
        let source = MemorySeriesSource()
        let times = (0..<5000).map { Int64($0) }
        source.add(Labels(["__name__": "up"]), times: times, values: times.map { Double($0) })
        var limits = EngineOptions()
        limits.maxMemory = 40_000
        var options = QueryOptions()
        options.insight = .analyze
        let engine = Engine(source: source, options: limits, clock: ManualTime())
        let text = failure { () throws(QueryError) in
            _ = try engine.instant("up", at: 3_000_000, options: options)
        }
        let expected = "query needs too much memory: a look for the newest of 5000 samples takes 80000 "
        #expect(text.hasPrefix(expected), "\(text)")
    }
}
