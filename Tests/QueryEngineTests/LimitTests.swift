import Model
import Platform
import QueryEngine
import Synchronization
import TestSupport
import Testing

/// Deadline, cancellation, budgets and bounds of single queries.
struct LimitTests {
    private let data = RandomData(seed: 9)

    private func failure(
        _ options: EngineOptions = EngineOptions(), _ query: (Engine) throws(QueryError) -> QueryResult
    ) -> QueryError? {
        do {
            _ = try query(data.engine(options: options))
            return nil
        } catch {
            return error
        }
    }

    @Test func tooManySamplesAreRefused() {
        var options = EngineOptions()
        options.maxSamples = 100
        for query in [
            "temperature", "rate(requests_total[1m])", "temperature or requests_total", "sum(temperature[10m:1s])",
        ] {
            let error = failure(options) { engine throws(QueryError) in
                try engine.range(query, start: 0, end: 1_500_000, step: 15_000)
            }
            #expect(query.hasPrefix("sum(") || error?.description.contains("too many samples") == true, "\(query)")
        }
        let few = failure(options) { engine throws(QueryError) in try engine.instant("sum(temperature)", at: 900_000) }
        #expect(few == nil)
    }

    @Test func tooMuchMemoryNamesTheSelector() {
        var options = EngineOptions()
        options.maxMemory = 1000
        let error = failure(options) { engine throws(QueryError) in
            try engine.instant("sum(rate(temperature{zone=\"a\"}[20m]))", at: 1_500_000)
        }
        let text = error?.description ?? ""
        let selector = "temperature{zone=\"a\"} with 3 series and 198 samples at once"
        #expect(text.hasPrefix("query needs too much memory: \(selector) takes"), "\(text)")
        #expect(text.hasSuffix("the limit is 1000"), "\(text)")
    }

    /// A message is made of a selector several times in a query, whether somebody reads it or not.
    @Test func longPatternsAreCutInMessages() throws {
        var options = EngineOptions()
        let pattern = (0..<20_000).map { "a\\\\.\($0)" }.joined(separator: "|")
        let query = "sum(rate(temperature{zone=~\"a|b\",instance!~\"\(pattern)\"}[20m]))"
        var insight = QueryOptions()
        insight.insight = .explain
        let plan = try #require(try data.engine().instant(query, at: 1_500_000, options: insight).plan)
        let detail = try #require(plan.children.first).detail
        #expect(detail.hasPrefix("temperature{zone=~\"a|b\",instance!~\"a\\\\.0|a\\\\.1|"), "\(detail.prefix(100))")
        #expect(detail.hasSuffix("…}[20m]"), "\(detail.suffix(100))")
        #expect(detail.utf8.count < 600)
        options.maxMemory = 20_000_000
        options.maxSamples = 2
        let error = failure(options) { engine throws(QueryError) in try engine.instant(query, at: 1_500_000) }
        #expect(error?.description.contains("too many samples") == true, "\(error?.description.prefix(300) ?? "")")
        #expect((error?.description.utf8.count ?? .max) < 1000)
    }

    /// A short text can ask for large programs; they are counted as they are compiled.
    @Test func regularExpressionsAreCounted() {
        var options = EngineOptions()
        options.maxMemory = 8 << 20
        let query = (0..<100).map { "x{a=~\"([a-z]{9}[0-9]+){20}\($0)\"}" }.joined(separator: " or ")
        let error = failure(options) { engine throws(QueryError) in try engine.instant(query, at: 0) }
        let text = error?.description ?? ""
        let expected = "query needs too much memory: a query with so many regular expressions takes"
        #expect(text.hasPrefix(expected), "\(text)")
        let replacing = (0..<100).map { "label_replace(x, \"a\", \"b\", \"c\", \"[0-9]+\($0)\")" }
        let other = failure(options) { engine throws(QueryError) in
            try engine.instant(replacing.joined(separator: " or "), at: 0)
        }
        #expect(other?.description.hasPrefix(expected) == true)
    }

    @Test func cancelledQueriesStop() {
        let cancellation = Cancellation()
        cancellation.cancel()
        let error = failure { engine throws(QueryError) in
            try engine.instant("temperature", at: 900_000, cancellation: cancellation)
        }
        guard case .canceled(let text) = error else {
            Issue.record("not cancelled: \(String(describing: error))")
            return
        }
        #expect(text == "query was canceled in expression evaluation")
    }

    @Test func lateQueriesStop() {
        let engine = Engine(source: data.source(.shared), options: EngineOptions(), clock: RunningTime())
        do {
            _ = try engine.instant("sum(temperature)", at: 900_000, options: QueryOptions(timeout: 5))
            Issue.record("not late")
        } catch {
            guard case .timeout(let text) = error else {
                Issue.record("not a timeout: \(error)")
                return
            }
            #expect(text == "query timed out in expression evaluation")
        }
    }

    /// Also where other threads help: an engine goes away only when they have stopped.
    @Test func limitsHoldForAllThreads() {
        var options = EngineOptions()
        options.threads = 3
        options.parallelThreshold = 1
        let source = data.source(.shared, unitSize: 1)
        let late = Engine(source: source, options: options, clock: RunningTime())
        for query in ["sum(temperature)", "rate(temperature[5m])", "topk(2, temperature)"] {
            #expect(throws: QueryError.self) {
                try late.range(query, start: 0, end: 900_000, step: 1000, options: QueryOptions(timeout: 25))
            }
        }
        options.maxMemory = 20_000
        let engine = Engine(source: source, options: options, clock: ManualTime())
        #expect(throws: QueryError.self) { try engine.range("temperature", start: 0, end: 900_000, step: 1000) }
    }

    /// One series with one long window costs much, and the clock is looked at while it is computed.
    @Test func longWindowsStop() {
        let source = MemorySeriesSource()
        let times = (0..<20_000).map { Int64($0) * 1000 }
        source.add(Labels(["__name__": "one"]), times: times, values: times.map { Double($0) / 7 })
        let engine = Engine(source: source, options: EngineOptions(), clock: RunningTime())
        #expect(throws: QueryError.self) {
            try engine.range(
                "stddev_over_time(one[6h])", start: 0, end: 20_000_000, step: 10_000,
                options: QueryOptions(timeout: 60))
        }
    }

    @Test func hugeSubqueriesAndTimesAreHarmless() throws {
        let tooMany = failure { engine throws(QueryError) in
            try engine.instant("sum_over_time(vector(1)[100y:1ms])", at: 0)
        }
        #expect(tooMany?.description.contains("too many samples") == true)
        let engine = data.engine()
        for time in [Int64.min, .max] {
            for query in [
                "temperature", "rate(temperature[292y] offset 292y)", "sum_over_time(temperature[1h:1m] offset -292y)",
            ] {
                _ = try engine.instant(query, at: time)
                _ = try engine.range(query, start: time, end: time, step: .max)
            }
        }
        _ = try engine.instant("temperature @ 9e15 offset -292y", at: 0)
    }

    @Test func tooManyPointsAreRefused() {
        let most = failure { engine throws(QueryError) in try engine.range("1", start: 0, end: 11_000, step: 1) }
        #expect(most == nil)
        let error = failure { engine throws(QueryError) in try engine.range("1", start: 0, end: 11_001, step: 1) }
        #expect(
            error?.description
                == "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"
        )
    }

    @Test func rangeQueriesTakeVectorsAndScalars() {
        let error = failure { engine throws(QueryError) in
            try engine.range("temperature[5m]", start: 0, end: 1, step: 1)
        }
        #expect(
            error?.description
                == "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector")
    }

    @Test func whatIsMissingIsNamed() {
        let error = failure { engine throws(QueryError) in try engine.instant("temperature </ 5", at: 0) }
        #expect(error?.description == "operator \"</\" is not supported yet")
    }
}

/// A clock that goes on by ten milliseconds whenever it is looked at.
private final class RunningTime: TimeSource {
    private let now = Atomic<UInt64>(0)

    func wallMilliseconds() -> Int64 { 0 }
    func monotonicNanoseconds() -> UInt64 { now.wrappingAdd(10_000_000, ordering: .relaxed).newValue }
}
