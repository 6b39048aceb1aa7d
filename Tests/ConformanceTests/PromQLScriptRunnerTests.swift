import Model
import TestSupport
import Testing

/// The runner itself: what is right passes, and every kind of mismatch is found.
@Suite struct PromQLScriptRunnerTests {
    private static let load = """
        load 1m
            requests_total{path="/a"} 0+60x10
            requests_total{path="/b"} 0+30x10
            gauge 1 2 _ 4 stale
            gauge{of="two"} _x2 NaN 16 +Inf


        """

    private static func problems(_ evaluations: String, _ loading: PromQLScriptRunner.Loading) throws -> [String?] {
        let runner = PromQLScriptRunner(loading: loading, clock: ManualTime()) { MemorySeriesSource() }
        return try runner.run(PromQLScript(load + evaluations)).map(\.problem)
    }

    @Test(arguments: [
        "eval instant at 10m requests_total{path=\"/a\"}\n  requests_total{path=\"/a\"} 600",
        "eval instant at 10m nothing\n  # a comment ends the block",
        "eval instant at 10m rate(requests_total[5m])\n  {path=\"/a\"} 1\n  {path=\"/b\"} 0.5000001",
        "eval_ordered instant at 10m sort_desc(requests_total)\n"
            + "  requests_total{path=\"/a\"} 600\n  requests_total{path=\"/b\"} 300",
        "eval instant at 10m sort_desc(requests_total)\n  expect ordered\n"
            + "  requests_total{path=\"/a\"} 600\n  requests_total{path=\"/b\"} 300",
        "eval instant at 1m 1 + 0x10\n  17",
        "eval instant at 1m \"it's\"\n  expect string `it's`",
        "eval instant at 1m nothing",
        "eval_fail instant at 1m sum(",
        "eval instant at 1m requests_total[0m]\n  expect fail regex: greater than .*",
        "eval instant at 3m increase(gauge{of=\"\"}[5m])\n  expect info\n  expect no_warn\n  {} 3.75",
        "eval range from 0 to 4m step 1m gauge\n  gauge 1 2 2 4 _\n  gauge{of=\"two\"} _ _ NaN 16 Inf",
        "eval instant at 2m gauge[2m]\n  expect range vector from 1m to 2m step 1m\n  gauge 2\n  gauge{of=\"two\"} _ NaN",
        "eval instant at 3m time()\n  180",
    ])
    func passes(evaluation: String) throws {
        for loading in PromQLScriptRunner.Loading.allCases {
            #expect(try Self.problems(evaluation, loading) == [nil])
        }
    }

    @Test(arguments: [
        "eval instant at 10m requests_total{path=\"/a\"}\n  requests_total{path=\"/a\"} 601",
        "eval instant at 10m requests_total\n  requests_total{path=\"/a\"} 600",
        "eval instant at 10m requests_total{path=\"/a\"}\n  requests_total{path=\"/a\"} 600\n  requests_total 1",
        "eval instant at 10m requests_total{path=\"/a\"}\n  {path=\"/a\"} 600",
        "eval instant at 10m sort(requests_total)\n  expect ordered\n"
            + "  requests_total{path=\"/a\"} 600\n  requests_total{path=\"/b\"} 300",
        "eval instant at 1m 1 + 1\n  3",
        "eval instant at 1m vector(1)\n  1",
        "eval instant at 1m \"a\"\n  expect string \"b\"",
        "eval_fail instant at 1m vector(1)",
        "eval instant at 1m sum(\n  expect fail msg: another text",
        "eval instant at 1m sum(\n  expect fail regex: another",
        "eval instant at 1m sum(",
        "eval instant at 3m increase(gauge{of=\"\"}[5m])\n  expect warn\n  {} 3.75",
        "eval instant at 3m increase(gauge{of=\"\"}[5m])\n  expect no_info\n  {} 3.75",
        "eval instant at 3m increase(gauge{of=\"\"}[5m])\n  expect info msg: another\n  {} 3.75",
        "eval range from 0 to 4m step 1m gauge{of=\"\"}\n  gauge 1 2 2 4 4",
        "eval range from 0 to 4m step 1m gauge{of=\"\"}\n  gauge 1 2 2 _ _",
        "eval range from 0 to 4m step 1m gauge{of=\"\"}\n  gauge 1 2 3 4 _",
        "eval instant at 2m gauge{of=\"\"}[2m]\n  expect range vector from 1m to 2m step 1m\n  gauge 2 2",
        "eval instant at 2m gauge{of=\"two\"}\n  gauge{of=\"two\"} 5",
    ])
    func finds(evaluation: String) throws {
        for loading in PromQLScriptRunner.Loading.allCases {
            let problems = try Self.problems(evaluation, loading)
            #expect(problems.count == 1 && problems[0] != nil, "\(evaluation)")
        }
    }

    @Test(arguments: [
        "what is this", "load", "load 5x\n  a 1", "load 1m\n  a 1+1", "eval instant at nowhere 1", "eval sometimes 1",
        "eval instant at 1m 1\n  expect miracles",
    ])
    func refuses(script: String) {
        #expect(throws: PromQLScript.Problem.self) { try PromQLScript(script) }
    }

    @Test func clearForgetsAndLoadsAddUp() throws {
        let text = """
            load 1m
              a 1

            load 1m
              b 2
              b 3

            eval instant at 0 {__name__=~"a|b"}
              a 1
              b 3

            clear

            eval instant at 0 a
            """
        let runner = PromQLScriptRunner(loading: .shared, clock: ManualTime()) { MemorySeriesSource() }
        #expect(try runner.run(PromQLScript(text)).map(\.problem) == [nil, nil])
    }
}
