import Model
import QueryEngine
import TestSupport
import Testing

/// What must hold for any data. Every failure names its seed.
struct PropertyTests {
    private static let seeds: [UInt64] = [1, 2]
    private static let start: Int64 = 300_000
    private static let end: Int64 = 1_500_000
    private static let step: Int64 = 94_000

    /// The steps of a range query are instant queries. Aggregations may add in another order, hence the tolerance.
    @Test(arguments: seeds) func rangeIsInstantAtEachStep(_ seed: UInt64) throws {
        let engine = RandomData(seed: seed).engine()
        for expression in RandomData.expressions where !expression.contains("end()") {
            let range = Points(try engine.range(expression, start: Self.start, end: Self.end, step: Self.step).value)
            var instants = Points()
            for time in stride(from: Self.start, through: Self.end, by: Int(Self.step)) {
                instants.merge(Points(try engine.instant(expression, at: time).value))
            }
            let difference = range.difference(to: instants)
            #expect(difference == nil, "seed \(seed), \(expression): range and instant: \(difference ?? "")")
        }
    }

    /// A timeline is only a way to deliver samples, and so is the size of units.
    @Test(arguments: seeds) func deliveryDoesNotMatter(_ seed: UInt64) throws {
        let data = RandomData(seed: seed)
        let engines = [data.engine(.shared), data.engine(.separate), data.engine(.shared, unitSize: 5)]
        let sums = ["sum", "avg"]
        for expression in RandomData.expressions {
            let answers = try engines.map {
                Points(try $0.range(expression, start: Self.start, end: Self.end, step: Self.step).value)
            }
            for other in answers.dropFirst() {
                // Sums are put together of one sum for each unit.
                let isEqual =
                    sums.contains { expression.contains($0) }
                    ? answers[0].difference(to: other) == nil : answers[0] == other
                #expect(isEqual, "seed \(seed): \(expression)")
            }
        }
    }

    /// Threads share units, and units are put together in their order.
    @Test(arguments: seeds) func threadsDoNotMatter(_ seed: UInt64) throws {
        let data = RandomData(seed: seed)
        let engines = [1, 2, 3, 8].map { threads in
            var options = EngineOptions()
            options.threads = threads
            options.parallelThreshold = 1
            return data.engine(.shared, unitSize: 2, options: options)
        }
        for expression in RandomData.expressions {
            let answers = try engines.map {
                let result = try $0.range(expression, start: Self.start, end: Self.end, step: Self.step)
                return (Points(result.value), result.warnings + result.infos, result.statistics.samplesRead)
            }
            for (threads, other) in zip([2, 3, 8], answers.dropFirst()) {
                #expect(answers[0] == other, "seed \(seed), \(threads) threads: \(expression)")
            }
        }
    }

    /// The fast ways of the window functions against sums and searches over each window.
    @Test(arguments: seeds) func windowFunctionsEqualTheirDefinition(_ seed: UInt64) throws {
        let data = RandomData(seed: seed)
        let engine = data.engine()
        let definitions: [(String, ([Double]) -> Double?)] = [
            ("count_over_time", { $0.isEmpty ? nil : Double($0.count) }),
            ("max_over_time", { $0.isEmpty ? nil : $0.filter { !$0.isNaN }.max() ?? .nan }),
            ("min_over_time", { $0.isEmpty ? nil : $0.filter { !$0.isNaN }.min() ?? .nan }),
            ("last_over_time", { $0.last }),
            (
                "changes",
                { values in
                    values.isEmpty
                        ? nil : Double(zip(values, values.dropFirst()).count { $0 != $1 && !($0.isNaN && $1.isNaN) })
                }
            ),
            ("resets", { values in values.isEmpty ? nil : Double(zip(values, values.dropFirst()).count { $0 > $1 }) }),
            ("sum_over_time", { $0.isEmpty ? nil : $0.reduce(0, +) }),
        ]
        for (name, definition) in definitions {
            var expected = Points()
            for one in data.series where one.labels.metricName == "requests_total" {
                for time in stride(from: Self.start, through: Self.end, by: Int(Self.step)) {
                    let window = zip(one.times, one.values).filter {
                        $0.0 > time - 150_000 && $0.0 <= time && !$0.1.isStaleMarker
                    }
                    guard let value = definition(window.map(\.1)) else { continue }
                    let labels = one.labels.array.filter { $0.name != "__name__" || name == "last_over_time" }
                    expected.add(Labels(labels), time, value)
                }
            }
            let query = "\(name)(requests_total[150s])"
            let found = Points(try engine.range(query, start: Self.start, end: Self.end, step: Self.step).value)
            let difference = found.difference(to: expected)
            #expect(difference == nil, "seed \(seed), \(query): \(difference ?? "")")
        }
    }
}
