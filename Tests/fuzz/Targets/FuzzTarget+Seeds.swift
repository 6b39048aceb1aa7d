import Chunks
import Foundation
import Platform
import TestSupport

extension FuzzTarget {
    /// Sound inputs to begin with; the conformance data adds to them where it is.
    package var seeds: [[UInt8]] { texts.map { Array($0.utf8) } + samples }

    private var texts: [String] {
        switch self {
        case .lexer, .parser, .printer, .planner: return Self.expressions + Self.conformanceExpressions
        case .exposition:
            return [
                "# HELP up Whether.\n# TYPE up gauge\nup 1\nup{a=\"b\",c=\"d\\\"\\n\"} 2.5e3 1234\n",
                "x{le=\"+Inf\"} +Inf\nx{} NaN\n{\"quo ted\",l=\"v\"} 0x1p4\n\n#\nx 7 # comment",
            ]
        case .configuration:
            return [
                """
                global: {scrape_interval: 15s, external_labels: {a: "${HOME}"}}
                scrape_configs:
                  - job_name: &name "x"
                    metrics_path: '/m'
                    params: {k: [a, b]}
                    static_configs:
                      - targets: ["h:1", 'h:2']
                        labels: {l: v}
                rule_files: ["*.yml"]
                storage: {tsdb: {out_of_order_time_window: 1h}}
                """,
                "a: *x\nb: !!str 1\n? c\n: |\n  text\n",
            ]
        case .json:
            return [
                #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"\u00e4\ud83d\ude00"},"value":[1.5e3,"NaN"]}]}}"#,
                "[true,false,null,-0,1E+2,\"\\\\\\/\\b\"] ",
            ]
        case .journal, .recovery, .write, .chunks: return []
        }
    }

    private var samples: [[UInt8]] {
        switch self {
        case .chunks:
            let values = ByteBuffer()
            let numbers = (0..<40).map { Double($0 * $0) / 4 }
            numbers.withUnsafeBufferPointer { ValueChunk.encode($0, into: values) }
            let times = ByteBuffer()
            let moments = (0..<40).map { Int64($0 * 15_000 + $0 % 3) }
            moments.withUnsafeBufferPointer { TimestampChunk.encode($0, into: times) }
            let relative = ByteBuffer()
            numbers.withUnsafeBufferPointer { numbers in
                [Double](repeating: 3, count: 40).withUnsafeBufferPointer { neighbour in
                    _ = ValueChunk.encode(numbers, relativeTo: neighbour, into: relative)
                }
            }
            return [
                [0, 39] + Array(values.bytes), [1, 39] + Array(relative.bytes), [2, 39] + Array(times.bytes),
            ]
        case .write:
            let series: [UInt8] = [0x0a, 8] + Array("__name__".utf8) + [0x12, 2] + Array("up".utf8)
            let sample: [UInt8] = [0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0xe8, 0x07]
            let message = [0x0a, UInt8(series.count)] + series + sample
            return [[0x0a, UInt8(message.count)] + message]
        case .journal, .recovery: return LogSeeds.all(self)
        default: return []
        }
    }

    private static let conformanceExpressions: [String] =
        ((try? ConformanceData.lines("parser/expressions.jsonl")) ?? []).compactMap { $0["input"] as? String }
        .filter { $0.utf8.count < 200 }

    private static let expressions = [
        "sum by (job) (rate(foo{job=~\"a.*\"}[5m] offset 1m))", "foo + on (job) group_left (le) bar",
        "histogram_quantile(0.9, foo_bucket)", "topk(2, -foo @ end()) or vector(time())",
        "max_over_time(rate(foo[1m])[5m:30s])", "label_replace(foo, \"a\", \"$1\", \"job\", \"(.*)\")",
        "foo > bool 2 ^ -1 % Inf", "{\"quoted name\", \"l.b\"=`raw`}", "foo[2 * 5m + step()]", "foo fill(0) + bar",
        "count_values without (le) (\"v\", foo)", "absent_over_time(foo{a=\"b\"}[1h30m])", "foo smoothed - bar",
        "predict_linear(foo[5m], 3_600) atan2 0x1F # comment", "quantile(0.5, foo unless on () bar)",
    ]

    /// Pieces that mutations put in, so that more than broken words comes out.
    package var tokens: [String] {
        switch self {
        case .lexer, .parser, .printer, .planner:
            return [
                "(", ")", "{", "}", "[5m]", "[5m:1m]", " offset ", " @ 1 ", " by (le) ", " on (job) ",
                " group_left () ",
                "sum", "rate(", "foo", "bar", " and ", " or ", "^", "-", "bool ", "NaN", "1e3", "5m", "step()", ",",
                "\"", "\\", "=~", "start()", "anchored ", "min_of(1,2)", " fill(1) ", "time()", "vector(1)",
            ]
        case .exposition: return ["{", "}", "=\"", "\"", ",", " ", "\n", "# TYPE ", "NaN", "+Inf", "1e3", "\\"]
        case .configuration: return [": ", "\n", "- ", "[", "]", "{", "}", "&a", "*a", "'", "\"", "${X}", "1s", "|"]
        case .json: return ["{", "}", "[", "]", ":", ",", "\"", "\\u", "\\ud83d", "1e", "-", "null"]
        case .journal, .recovery, .write, .chunks:
            return ["\u{0}", "\u{1}", "\u{ff}", "\u{0}\u{0}\u{0}\u{0}", "\u{7f}", "\u{10}"]
        }
    }
}
