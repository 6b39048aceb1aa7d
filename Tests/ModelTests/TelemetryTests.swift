import Model
import Platform
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite struct TelemetryTests {
    static func text(_ registry: MetricRegistry) -> String {
        let buffer = ByteBuffer()
        registry.write(to: buffer)
        return buffer.text
    }

    @Test func familiesAreGroupedAndSorted() {
        let registry = MetricRegistry()
        registry.counter("b_total", "B.", labels: Labels(["code": "500"])).add(2)
        registry.gauge("a", "A.").set(-1.5)
        registry.counter("b_total", "B.", labels: Labels(["code": "200"])).add()
        registry.computed("c", "C.", type: "counter") { 1e21 }
        #expect(
            Self.text(registry) == """
                # HELP a A.
                # TYPE a gauge
                a -1.5
                # HELP b_total B.
                # TYPE b_total counter
                b_total{code="200"} 1
                b_total{code="500"} 2
                # HELP c C.
                # TYPE c counter
                c 1e+21

                """)
    }

    @Test func sameNameAndLabelsAreOneMetric() {
        let registry = MetricRegistry()
        registry.counter("x_total", "X.", labels: Labels(["a": "1", "b": "2"])).add()
        registry.counter("x_total", "X.", labels: Labels(["b": "2", "a": "1"])).add(3)
        #expect(Self.text(registry).hasSuffix("x_total{a=\"1\",b=\"2\"} 4\n"))
    }

    @Test func textIsEscaped() {
        let registry = MetricRegistry()
        registry.gauge("g", "back\\slash \"quote\"\nline", labels: Labels(["path": "C:\\x \"y\"\nz é"])).set(1)
        #expect(
            Self.text(registry) == #"# HELP g back\\slash "quote"\nline"# + "\n# TYPE g gauge\n"
                + #"g{path="C:\\x \"y\"\nz é"} 1"# + "\n")
    }

    @Test func histogramsAreCumulative() {
        let registry = MetricRegistry()
        let histogram = registry.histogram("h", "H.", bounds: [0.1, 1, 1e6], labels: Labels(["handler": "/"]))
        for value in [0.05, 0.1, 0.5, 1e6, 2e6, .nan] { histogram.observe(value) }
        let expected = """
            # HELP h H.
            # TYPE h histogram
            h_bucket{handler="/",le="0.1"} 2
            h_bucket{handler="/",le="1"} 3
            h_bucket{handler="/",le="1e+06"} 4
            h_bucket{handler="/",le="+Inf"} 6
            h_sum{handler="/"} NaN
            h_count{handler="/"} 6

            """
        #expect(Self.text(registry) == expected)
    }

    @Test func countsFromManyThreadsAddUp() throws {
        let registry = MetricRegistry()
        let counter = registry.counter("n_total", "N.")
        let histogram = registry.histogram("h", "H.", bounds: [10])
        let threads = try (0..<4).map { number in
            try Platform.Thread(name: "count-\(number)") {
                for _ in 0..<10_000 {
                    counter.add()
                    histogram.observe(1)
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(counter.value == 40_000)
        #expect(histogram.snapshot.counts == [40_000, 0])
        #expect(histogram.snapshot.sum == 40_000)
    }

    @Test func buildIsOne() {
        let registry = MetricRegistry()
        BuildInformation(version: "0.1.0", revision: "abc", compiler: "swift6.3").register(on: registry)
        let line =
            #"prometheus_build_info{apus_version="0.1.0",goversion="swift6.3",revision="abc",version="3.14.0"} 1"#
        #expect(Self.text(registry).hasSuffix(line + "\n"))
    }
}

@Suite struct TelemetryLoggerTests {
    static func lines(_ minimum: Logger.Level, _ body: (Logger) -> Void) -> [String] {
        let sink = Sink()
        body(Logger(minimum: minimum, clock: ManualTime(wallMilliseconds: 1_500)) { sink.add($0) })
        return sink.all
    }

    final class Sink: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test func oneLogfmtLinePerEvent() {
        let lines = Self.lines(.debug) { logger in
            logger.info("ready", ["address": "127.0.0.1:9090", "empty": ""])
            logger.error("scrape failed", ["reason": "a \"b\"\nc=d", "path": "C:\\"])
        }
        #expect(
            lines == [
                "time=1970-01-01T00:00:01.500Z level=info msg=ready address=127.0.0.1:9090 empty=\"\"\n",
                "time=1970-01-01T00:00:01.500Z level=error msg=\"scrape failed\" "
                    + "reason=\"a \\\"b\\\"\\nc=d\" path=\"C:\\\\\"\n",
            ])
    }

    @Test(arguments: Logger.Level.allCases)
    func levelsBelowAreLeftOut(minimum: Logger.Level) {
        let lines = Self.lines(minimum) { logger in
            logger.debug("m")
            logger.info("m")
            logger.warn("m")
            logger.error("m")
        }
        #expect(lines.count == Logger.Level.allCases.filter { $0 >= minimum }.count)
    }
}
