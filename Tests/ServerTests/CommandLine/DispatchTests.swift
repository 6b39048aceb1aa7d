import Server
import Telemetry
import Testing

@testable import CommandLineTool

@Suite struct DispatchTests {
    @Test(arguments: [
        (["--nonsense"], "unknown flag --nonsense"),
        (["serve", "x"], "unexpected argument \"x\""),
        (["serve", "--query.timeout=0s"], "flag --query.timeout must be above 0"),
        (["serve", "--log.level=loud"], "flag --log.level must be one of debug, info, warn, error, not \"loud\""),
        (["quer", "up"], "unknown command \"quer\", did you mean query?"),
        (["check", "confi"], "unknown command \"check\", did you mean check config?"),
        (["tsdb", "diggest"], "unknown command \"tsdb\", did you mean tsdb digest?"),
        (["tsdb"], "apus tsdb: one of its commands is expected:\nCOMMAND"),
        (["tsdb", "import"], "tsdb import openmetrics"),
        (["promql"], "promql format"),
        (["tsdb", "digest", "a", "b"], "one argument is expected: the data directory"),
        (["tsdb", "digest", "--start=now", "--end=now-5m"], "the range ends before it starts"),
        (["tsdb", "dump", "--match=up{", "x"], "flag --match: \"up{\": 1:4: parse error"),
        (["tsdb", "dump", "--format=xml"], "flag --format must be one of openmetrics, jsonl, not \"xml\""),
        (["tsdb", "analyze", "a", "b", "c"], "two arguments are expected at most: the data directory and a block"),
        (["tsdb", "bench", "--scrapes=0"], "flag --scrapes must be a whole number above 0, not \"0\""),
        (["tsdb", "import", "prometheus"], "one argument is expected: what to import"),
        (["tsdb", "export", "prometheus", "a", "b"], "one argument is expected: the directory that gets the blocks"),
        (["test", "rules"], "apus test rules: not yet"),
        (["query"], "an expression is missing"),
        (["query", "up", "down"], "one expression is expected: put it in quotes"),
        (["query", "--output=xml", "up"], "flag --output must be one of table, json, csv, graph, not \"xml\""),
        (["query", "--output=graph", "up"], "a graph needs a range: add --range (as 1h) or --start"),
        (["query", "--step=5s", "up"], "--step belongs to a range query: add --range (as 1h) or --start"),
        (["query", "--time=tomorrow", "up"], "\"tomorrow\" is no time"),
        (["check", "config"], "a file is missing"),
    ])
    func wrongUsageIsExplained(arguments: [String], expected: String) {
        let fake = FakeShell()
        #expect(CommandLineTool.run(arguments, in: fake.shell()) == .usage)
        #expect(fake.errors.contains(expected), "\(fake.errors)")
        #expect(fake.output.isEmpty)
    }

    @Test(arguments: [
        (["--help"], "check config"), (["help"], "Usage: apus [command]"), (["help", "query"], "--range=DURATION"),
        (["serve", "--help"], "--config.file=FILE"), (["query", "-h"], "--range=DURATION"),
        (["check", "config", "--help"], "--lint"),
        (["tsdb", "--help"], "tsdb digest"), (["help", "tsdb", "import"], "tsdb import prometheus"),
        (["tsdb", "import", "openmetrics", "--help"], "--storage.tsdb.path=DATA"),
        (["version"], "Prometheus 3.14.0"), (["--version"], "apus "),
    ])
    func helpAndVersion(arguments: [String], expected: String) {
        let fake = FakeShell()
        #expect(CommandLineTool.run(arguments, in: fake.shell()) == .ok)
        #expect(fake.output.contains(expected), "\(fake.output)")
        #expect(fake.errors.isEmpty)
    }

    @Test func serveFlagsReachTheServer() throws {
        let arguments = [
            "--config.file=a.yml", "--storage.tsdb.path=d", "--web.listen-address=:1", "--web.listen-address=:2",
            "--web.enable-lifecycle", "--query.lookback-delta=1m", "--query.timeout=3s", "--query.max-samples=7",
            "--query.max-concurrency=2", "--storage.tsdb.wal-sync=always", "--storage.tsdb.retention.time=30d",
            "--storage.tsdb.retention.size=2GB",
            "--log.level=debug", "--web.console.templates=/etc/x",
        ]
        let options = try ServeCommand.options(FlagParser.parse(arguments, flags: ServeFlags.all))
        #expect(options.configurationFile == "a.yml")
        #expect(options.dataDirectory == "d")
        #expect(options.addresses == [":1", ":2"])
        #expect(options.enablesLifecycle)
        #expect(options.lookback == 60_000)
        #expect(options.queryTimeout == 3000)
        #expect(options.maxSamples == 7)
        #expect(options.concurrency == 2)
        #expect(options.sync == .always)
        #expect(options.retentionTime == 2_592_000_000)
        #expect(options.retentionSize == 2 << 30)
        #expect(options.logLevel == .debug)
        #expect(options.remarks == ["--web.console.templates has no effect: there are no console templates"])
        #expect(!options.delaysNameRemoval)
        #expect(options.flags.contains { $0.name == "web.listen-address" && $0.value == ":1,:2" })
    }

    @Test func featuresAreSwitched() throws {
        let arguments = [
            "--enable-feature=promql-duration-expr,promql-delayed-name-removal", "--enable-feature", "old-ui",
        ]
        let options = try ServeCommand.options(FlagParser.parse(arguments, flags: ServeFlags.all))
        #expect(options.delaysNameRemoval)
        #expect(options.remarks == [#"Unknown option "old-ui" for --enable-feature"#])
    }
}
