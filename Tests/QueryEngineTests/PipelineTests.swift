import Model
import QueryEngine
import TestSupport
import Testing

/// Operations on series one by one as they are computed give what they give on vectors that are held. With delayed name
/// removal everything is held; so is what has equal series, which the second half of the chains comes to.
struct PipelineTests {
    private static let chains = [
        "sum by (zone) (requests_total * 2 - temperature)", "max by (zone) (temperature - temperature offset 5m)",
        "rate(requests_total[2m]) / ignoring (x) rate(requests_total[1m])", "temperature * 2 > 50 < 150",
        "count(temperature > 10 and temperature < 300)", "sum by (zone) (temperature unless requests_total > 300)",
        "(temperature * 3) and on (zone) (requests_total > 200)",
        "topk(2, temperature + on (instance, zone) requests_total)",
        "sum by (area) (label_replace(temperature * 1, \"area\", \"x$1\", \"zone\", \"(.*)\"))",
        "label_join(rate(requests_total[2m]), \"both\", \"-\", \"zone\", \"instance\") * 2",
        "label_replace(rate(requests_total[2m]), \"__name__\", \"again\", \"\", \"\")",
        "rate(requests_total[2m]) / on (zone) group_left () sum by (zone) (rate(requests_total[2m]))",
        "sum by (zone) (rate(requests_total[2m])) * on (zone) group_right () rate(requests_total[2m])",
        "stddev(temperature * on (instance) group_left () max by (instance) (requests_total))",
        "avg without (instance) (2 ^ (temperature / 100) % 7)", "absent(temperature > 1e9)",
        "quantile(0.5, temperature == bool 3)", "(temperature > 100) * 0 + temperature",
        // Series coincide, or might.
        "sum by (zone) (label_replace(temperature{zone=\"a\"}, \"instance\", \"\", \"instance\", \"[01]\") * 1)",
        "label_replace(temperature{zone=\"a\"}, \"instance\", \"same\", \"\", \"\") > 1e9",
        "sum({__name__=~\"requests_total|temperature\", zone=\"a\", instance=\"1\"} > 50)",
        "temperature{zone=\"a\"} + on (zone) requests_total{zone=\"a\", instance=\"1\"}",
        "temperature * on (zone) group_left () requests_total",
        "requests_total / on (zone) group_left (instance) max by (zone, instance) (temperature{instance=\"1\"})",
        "temperature + on (zone) fill (0) sum by (zone) (requests_total)",
    ]

    private struct Answer: Equatable {
        var points = Points()
        var remarks = ""
    }

    private static func answer(_ engine: Engine, _ query: String, _ options: QueryOptions = .init()) -> Answer {
        do {
            let result = try engine.range(query, start: 300_000, end: 1_500_000, step: 94_000, options: options)
            let remarks = "\(result.warnings) \(result.infos) \(result.statistics.queryableSamples)"
            return Answer(points: Points(result.value), remarks: remarks)
        } catch {
            return Answer(remarks: error.description)
        }
    }

    @Test(arguments: [3, 4, 5] as [UInt64]) func oneByOneIsAsHeld(_ seed: UInt64) {
        let data = RandomData(seed: seed)
        var options = EngineOptions()
        options.threads = 3
        options.parallelThreshold = 1
        let engine = data.engine(.shared, unitSize: 2, options: options)
        options.delaysNameRemoval = true
        let held = data.engine(.shared, unitSize: 256, options: options)
        var analyzing = QueryOptions()
        analyzing.insight = .analyze
        for query in Self.chains {
            let answer = Self.answer(engine, query)
            let others = [Self.answer(held, query), Self.answer(engine, query, analyzing)]
            // Sums are put together of one sum for each unit, held series are one and may be in another order.
            let isSum = ["sum", "avg", "stddev"].contains(where: query.contains)
            let isAsHeld = isSum ? answer.points.difference(to: others[0].points) == nil : answer == others[0]
            #expect(isAsHeld, "seed \(seed), held: \(query): \(answer.remarks), \(others[0].remarks)")
            let isAsAnalyzed = answer == others[1]
            #expect(isAsAnalyzed, "seed \(seed), analyzed: \(query): \(answer.remarks), \(others[1].remarks)")
        }
    }

    /// One side of an operation is held, its result is not.
    @Test func resultsThatAreFoldedAreNotHeld() throws {
        let engine = RandomData(seed: 3).engine()
        func peak(_ query: String) throws -> Int {
            try engine.range(query, start: 0, end: 1_500_000, step: 15_000).statistics.peakSamples
        }
        let one = try peak("temperature")
        #expect(try peak("sum(temperature - temperature offset 5m)") < 2 * one)
        #expect(try peak("count(temperature > 1 and requests_total > 1)") < one)
        #expect(try peak("sum(label_replace(temperature, \"a\", \"b\", \"\", \"\"))") < one)
    }
}
