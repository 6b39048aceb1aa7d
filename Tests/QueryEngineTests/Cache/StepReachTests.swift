import PromQL
import TestSupport
import Testing

@testable import QueryEngine

/// From which samples a step's value follows.
struct StepReachTests {
    private static func reach(_ text: String) throws -> StepReach? {
        let expression = try Parser.parse(text)
        if expression.dependsOnRange { return nil }
        let pool = MemoryPool(limit: 1 << 30)
        let budget = Budget(maxSamples: 1 << 20, maxBytes: 1 << 30, pool: pool)
        let grid = Grid(from: 1_000_000, to: 2_000_000, step: 10_000)
        var planner = Planner(
            .init(
                grid: grid, end: grid.end, step: grid.step, lookback: 300_000, defaultSubqueryStep: 60_000,
                maxSteps: 1 << 20), try AskedRoom(budget, purpose: "patterns"))
        return StepReach(of: try planner.plan(expression))
    }

    @Test(arguments: [
        ("m", 300, 0), ("m offset 1m", 360, 0), ("m offset -10m", 0, 600), ("rate(m[5m])", 300, 0),
        ("sum by (job) (rate(m[10m] offset 1m)) / 2", 660, 0), ("m > rate(m[10m] offset -2m)", 480, 120),
        ("max_over_time(rate(m[2m])[1h:1m])", 3720, 0),
        ("max_over_time(rate(m[2m] offset -3m)[1h:1m] offset 1m)", 3660, 120), ("m anchored", 300, 0),
        ("rate(m[5m] smoothed)", 600, 300), ("1 + 2", 0, 0), ("vector(time())", 0, 0),
        ("absent(m)", 300, 0), ("topk(3, sum by (job) (m))", 300, 0),
        ("label_replace(m, \"a\", \"b\", \"c\", \"d\")", 300, 0),
        ("rate((m)[5m:1m])", 600, 0), ("histogram_quantile(0.9, sum by (le) (rate(m_bucket[1m])))", 60, 0),
    ]) func isFound(text: String, before: Int64, after: Int64) throws {
        let reach = try #require(try Self.reach(text), "\(text)")
        #expect(reach.before == before * 1000 && reach.after == after * 1000, "\(text): \(reach)")
    }

    @Test(arguments: [
        "m @ 1000", "m @ end()", "rate(m[5m] @ start())", "sum(m) + start()", "m + step()", "m * range()",
        "rate(m[range()])",
        "m offset range()", "max_over_time(m[1h:range()])", "rate({__name__=~\"a|b\"}[5m])", "rate((a or b)[5m:1m])",
        "limitk(2, m)", "limit_ratio(0.5, m)", "info(m)", "sum(m) / sum(m @ 1000)", "max_over_time(m[5m:1m] @ 1000)",
        "scalar(m @ 5) + time()", "rate(sum by (__name__) ({a=\"b\"})[5m:])", "topk(end(), m)",
    ]) func isUnknown(text: String) throws { #expect(try Self.reach(text) == nil, "\(text)") }
}
