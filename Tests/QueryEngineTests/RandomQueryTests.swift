import Model
import TestSupport
import Testing

@testable import QueryEngine

/// What must hold for any query over any data: random expressions of all kinds over counters, gauges, histograms, series
/// that come and go, NaN and infinities. Every failure names its seed and its query.
struct RandomQueryTests {
    private static let seeds: Range<UInt64> = 1..<7
    private static let queriesOfASeed = 50

    private static let data = ComparisonData()

    /// - Parameter isRough: the values are such that sums are exact in any order, and counters begin far from zero;
    ///   a tenth of what they are above their beginning is not like that.
    private static func source(
        _ delivery: MemorySeriesSource.Delivery = .shared, unitSize: Int = 256, isRough: Bool = false
    ) -> MemorySeriesSource {
        let source = MemorySeriesSource(delivery: delivery, unitSize: unitSize)
        for one in data.series {
            var times: [Int64] = []
            var values: [Double] = []
            var first = Double.nan
            data.forEachSample(of: one, minutes: 0..<ComparisonData.minutes) { time, value in
                times.append(time)
                if first.isNaN, !value.isNaN { first = value }
                let base = first.isFinite && value >= first ? first : 0
                values.append(isRough && !value.isStaleMarker ? (value - base) * 0.1 : value)
            }
            source.add(Labels(one.labels.map { Label($0.name, $0.value) }), times: times, values: values)
        }
        return source
    }

    private static func engine(_ source: MemorySeriesSource, threads: Int = 1) -> Engine {
        var options = EngineOptions()
        options.threads = threads
        options.parallelThreshold = 1
        return Engine(source: source, options: options, clock: ManualTime())
    }

    /// An answer, or why there is none.
    private struct Outcome: Equatable {
        var points = Points()
        var notes: [String] = []
        var samples: [Int] = []
        var error: String?

        init(_ body: () throws(QueryError) -> QueryResult) {
            do throws(QueryError) {
                let result = try body()
                points = Points(result.value)
                notes = result.warnings + result.infos
                samples = [result.statistics.samplesRead, result.statistics.queryableSamples]
            } catch {
                self.error = error.description
            }
        }
    }

    private struct Query {
        var text: String
        /// Milliseconds.
        var start: Int64
        var end: Int64
        var step: Int64
        var name: String

        func run(_ engine: Engine, insight: QueryOptions.Insight = .none) throws(QueryError) -> QueryResult {
            var options = QueryOptions()
            options.insight = insight
            return try engine.range(text, start: start, end: end, step: step, options: options)
        }
    }

    private static func queries(_ seed: UInt64) -> [Query] {
        (0..<UInt64(queriesOfASeed)).compactMap { number in
            var generator = QueryGenerator(seed: seed * 1000 + number)
            let text = generator.query()
            for case .range(let start, let end, let step) in generator.times() {
                return Query(
                    text: text, start: start * 1000, end: min(end, start + 12 * step) * 1000, step: step * 1000,
                    name: "seed \(seed * 1000 + number), from \(start) every \(step) s: \(text)")
            }
            return nil
        }
    }

    /// It means the range's bounds, or chooses among equal numbers of groups, which stand in the order in which they
    /// are first met at any step.
    private static func dependsOnRange(_ text: String) -> Bool {
        if text.contains("start()") || text.contains("end()") { return true }
        let aggregations = ["sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "quantile"]
        return (text.contains("topk") || text.contains("bottomk"))
            && aggregations.contains { text.contains("\($0) ") || text.contains("\($0)_values") }
    }

    /// A range query's steps are instant queries.
    @Test(arguments: seeds) func rangeEqualsInstants(_ seed: UInt64) {
        let engine = Self.engine(Self.source())
        for query in Self.queries(seed) where !Self.dependsOnRange(query.text) {
            let range = Outcome { () throws(QueryError) in try query.run(engine) }
            var instants = Points()
            var errors: [String] = []
            for time in stride(from: query.start, through: query.end, by: Int(query.step)) {
                let one = Outcome { () throws(QueryError) in try engine.instant(query.text, at: time) }
                instants.merge(one.points)
                if let error = one.error { errors.append(error) }
            }
            if let error = range.error {
                // Functions over ranges refuse equal label sets also where they never meet at a step.
                #expect(!errors.isEmpty || error.contains("same labelset"), "\(query.name): \(error)")
                continue
            }
            #expect(errors.isEmpty, "\(query.name): \(errors)")
            let difference = range.points.difference(to: instants)
            #expect(difference == nil, "\(query.name): \(difference ?? "")")
        }
    }

    /// Bit by bit, with the same notes, counts and errors, however many threads share the work.
    @Test(arguments: seeds) func parallelEqualsSerial(_ seed: UInt64) {
        let source = Self.source(unitSize: 2, isRough: true)
        let serial = Self.engine(source)
        let parallel = [2, 3, 8].map { (threads: $0, engine: Self.engine(source, threads: $0)) }
        for query in Self.queries(seed) {
            let expected = Outcome { () throws(QueryError) in try query.run(serial) }
            for (threads, engine) in parallel {
                let found = Outcome { () throws(QueryError) in try query.run(engine) }
                #expect(found == expected, "\(threads) threads, \(query.name)")
            }
        }
    }

    /// The ways for series that share their times equal, bit by bit, the one for a series with times of its own.
    @Test(arguments: seeds) func sharedTimesEqualOwnTimes(_ seed: UInt64) {
        for unitSize in [256, 3] {
            let shared = Self.engine(Self.source(.shared, unitSize: unitSize, isRough: true))
            let separate = Self.engine(Self.source(.separate, unitSize: unitSize, isRough: true))
            for query in Self.queries(seed) {
                let expected = Outcome { () throws(QueryError) in try query.run(separate) }
                let found = Outcome { () throws(QueryError) in try query.run(shared) }
                #expect(found == expected, "units of \(unitSize), \(query.name)")
            }
        }
    }

    /// What is said before a query runs bounds what it does, in every node of its plan, and to look costs nothing else.
    @Test(arguments: seeds) func explanationsBoundCosts(_ seed: UInt64) throws {
        let engine = Self.engine(Self.source(unitSize: 4))
        var nodes = 0
        for query in Self.queries(seed) {
            let plain = Outcome { () throws(QueryError) in try query.run(engine) }
            if plain.error != nil { continue }
            let before = try #require(try query.run(engine, insight: .explain).plan)
            let analyzed = try query.run(engine, insight: .analyze)
            #expect(Points(analyzed.value) == plain.points, "\(query.name)")
            for (guess, node) in zip(Self.nodes(before), Self.nodes(try #require(analyzed.plan))) {
                #expect(guess.operation == node.operation, "\(query.name)")
                guard !node.isRepeated, let actual = node.actual else { continue }
                nodes += 1
                #expect(guess.estimate.series >= actual.series, "\(query.name): \(node.operation)")
                #expect(guess.estimate.samples >= actual.samples, "\(query.name): \(node.operation)")
                #expect(guess.estimate.series * node.steps >= actual.points, "\(query.name): \(node.operation)")
            }
        }
        #expect(nodes > Self.queriesOfASeed)
    }

    private static func nodes(_ plan: PlanDescription) -> [PlanDescription] { [plan] + plan.children.flatMap(nodes) }
}
