import Model
import Platform
import TestSupport
import Testing

@testable import QueryEngine

/// An engine that keeps answers gives the same ones as one that does not, whatever comes, late or in order, or goes
/// between two questions.
struct ResultCacheTests {
    private struct Outcome {
        var points = Points()
        var order: [Labels] = []
        var notes: [String] = []
        var error: String?

        init(_ body: () throws(QueryError) -> QueryResult) {
            do throws(QueryError) {
                let result = try body()
                points = Points(result.value)
                if case .matrix(let series) = result.value { order = series.map(\.labels) }
                notes = result.warnings + result.infos
            } catch {
                self.error = error.description
            }
        }
    }

    /// Feeds the samples of random series to a source in the order of their times, some of them later.
    private struct Feed {
        let source = ChangingSource()
        private var samples: [(labels: Labels, time: Int64, value: Double)] = []
        private var held: [(labels: Labels, time: Int64, value: Double)] = []
        var now: Int64 = 0

        init(seed: UInt64) {
            for one in RandomData(seed: seed).series {
                for (time, value) in zip(one.times, one.values) { samples.append((one.labels, time, value)) }
            }
            samples.sort { $0.time < $1.time }
        }

        mutating func advance(_ milliseconds: Int64, _ random: inout SeededRandom) {
            now += milliseconds
            let end = samples.firstIndex { $0.time > now } ?? samples.count
            var batch: [(labels: Labels, time: Int64, value: Double)] = []
            for sample in samples[..<end] {
                if random.chance(0.01) { held.append(sample) } else { batch.append(sample) }
            }
            samples.removeFirst(end)
            source.add(batch)
            // Late ones come by themselves, some of them very late.
            if !held.isEmpty, random.chance(0.3) {
                let place = random.chance(0.8) ? held.count - 1 : Int.random(in: held.indices, using: &random)
                source.add([held.remove(at: place)])
            }
            if random.chance(0.05) {
                let lost = Int64.random(in: 0...now, using: &random)
                source.remove { labels, time in labels["zone"] == "a" && time > lost - 60_000 && time <= lost }
            }
        }
    }

    private static func engine(_ source: any SeriesSource, cacheBytes: Int) -> Engine {
        var options = EngineOptions()
        options.cacheBytes = cacheBytes
        options.cachedSamples = 0
        return Engine(source: source, options: options, clock: ManualTime())
    }

    private static let expressions =
        RandomData.expressions + [
            "temperature offset -1m", "sum(temperature offset -90s)", "max_over_time(sum(temperature)[2m:30s])",
            "sum_over_time((temperature offset -30s)[1m:15s])", "rate({__name__=~\"requests_total|temperature\"}[1m])",
            "max_over_time({__name__=~\".+\"}[1m:15s])", "temperature[1m]", "rate(requests_total[1m:15s])",
            "sum(temperature) * range()", "temperature + step()", "avg_over_time(temperature[range()])", "nothing",
        ]

    @Test(arguments: UInt64(1)..<9) func answersAreTheSame(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var feed = Feed(seed: seed)
        let plain = Self.engine(feed.source, cacheBytes: 0)
        let cached = Self.engine(feed.source, cacheBytes: 64 << 20)
        feed.advance(400_000, &random)
        for _ in 0..<25 {
            feed.advance(Int64.random(in: 1...3, using: &random) * 15_000, &random)
            for text in Self.expressions where random.chance(0.5) {
                let step: Int64 = random.pick([15_000, 15_000, 15_000, 15_000, 30_000, 7_000])
                let end = random.chance(0.8) ? feed.now / step * step : feed.now
                let start = end - step * random.pick([10, 20, 20, 30] as [Int64])
                let expected = Outcome { () throws(QueryError) in
                    try plain.range(text, start: start, end: end, step: step)
                }
                let found = Outcome { () throws(QueryError) in
                    try cached.range(text, start: start, end: end, step: step)
                }
                let what = "seed \(seed): \(text) from \(start) to \(end) by \(step)"
                let difference = found.points.difference(to: expected.points)
                #expect(difference == nil, "\(what): \(difference ?? "")")
                #expect(found.error == expected.error, "\(what)")
                #expect(found.order == expected.order, "\(what)")
                #expect(found.notes == expected.notes, "\(what)")
            }
        }
        let figures = try #require(cached.cache?.figures)
        #expect(figures.reusedSteps > figures.computedSteps / 20, "\(figures)")
    }

    /// What is asked again costs only the new steps; what changes makes no more of it anew than it must.
    @Test func onlyNewStepsAreComputed() throws {
        let source = ChangingSource()
        let labels = Labels(["__name__": "m", "id": "1"])
        source.add((0..<100).map { (labels, Int64($0) * 1000, Double($0)) })
        let engine = Self.engine(source, cacheBytes: 1 << 20)
        func steps(_ text: String, _ start: Int64, _ end: Int64, _ options: QueryOptions = .init()) throws -> Int {
            let before = engine.cache?.figures.reusedSteps ?? 0
            _ = try engine.range(text, start: start * 1000, end: end * 1000, step: 1000, options: options)
            return (engine.cache?.figures.reusedSteps ?? 0) - before
        }
        let text = "sum_over_time(m[5s])"
        #expect(try steps(text, 50, 99) == 0)
        #expect(try steps(text, 50, 99) == 50)
        #expect(try steps(text, 60, 109) == 40)
        // The steps at the end hold as long as no sample comes.
        #expect(try steps(text, 60, 109) == 50)
        source.add([(labels, 100_000, 1)])
        #expect(try steps(text, 60, 109) == 40)
        source.add([(labels, 79_500, 1)])
        #expect(try steps(text, 60, 109) == 20)
        #expect(try steps(text, 60, 109) == 50)
        // Earlier steps than before are not there, nor others.
        #expect(try steps(text, 40, 109) == 0)
        #expect(try steps(text, 60, 109) == 50)
        _ = try engine.range(text, start: 60_500, end: 109_000, step: 1000)
        #expect(try steps(text, 60, 109) == 50)
        var options = QueryOptions()
        options.usesCache = false
        #expect(try steps(text, 60, 109, options) == 0)
        source.remove { _, time in time == 70_000 }
        #expect(try steps(text, 60, 109) == 0)
    }

    @Test func answersGoWhenThereIsNoRoom() throws {
        let source = ChangingSource()
        for id in 0..<20 {
            source.add((0..<100).map { (Labels(["__name__": "m", "id": "\(id)"]), Int64($0) * 1000, Double($0)) })
        }
        let limit = 200_000
        let engine = Self.engine(source, cacheBytes: limit)
        let cache = try #require(engine.cache)
        func ask(_ text: String) throws { _ = try engine.range(text, start: 0, end: 99_000, step: 1000) }
        for number in 0..<20 {
            try ask("m + \(number)")
            #expect(cache.figures.bytes <= limit && cache.figures.bytes > 30_000)
        }
        let before = cache.figures.reusedSteps
        try ask("m + 19")
        #expect(cache.figures.reusedSteps == before + 100)
        try ask("m + 0")
        #expect(cache.figures.reusedSteps == before + 100)
        #expect(cache.figures.answers < 6)
        // What would take a quarter of all room is not kept.
        let small = Self.engine(source, cacheBytes: 100_000)
        _ = try small.range("m", start: 0, end: 99_000, step: 1000)
        #expect(small.cache?.figures.answers == 0 && small.cache?.figures.bytes == 0)
    }
}
