import HTTP
import Model
import Server
import Telemetry

/// What to ask the server. Times in milliseconds.
enum QueryRequest {
    case instant(time: Int64?)
    case range(start: Int64, end: Int64, step: Int64)

    /// The request to the API of a server at `base` (scheme, host, port and perhaps a path).
    func http(_ expression: String, base: String, insight: QueryInsight? = nil) -> OutgoingRequest {
        var form = "query=" + PercentText.encode(expression)
        if let insight { form += "&\(insight.rawValue)=1" }
        var path = "/api/v1/query"
        switch self {
        case .instant(let time):
            if let time { form += "&time=" + Self.seconds(time) }
        case .range(let start, let end, let step):
            path = "/api/v1/query_range"
            form += "&start=\(Self.seconds(start))&end=\(Self.seconds(end))&step=\(Self.seconds(step))"
        }
        var request = OutgoingRequest(url: base + path)
        request.method = "POST"
        request.headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("User-Agent", "apus-query/\(BuildInformation.apus.version)"),
        ]
        request.body = Array(form.utf8)
        // The server's own limit (--query.timeout) comes first.
        request.timeout = 150_000
        return request
    }

    private static func seconds(_ milliseconds: Int64) -> String { FloatText.plain(Double(milliseconds) / 1000) }
}

/// What to tell about a query beside its answer or instead of it.
enum QueryInsight: String {
    case explain, analyze

    /// Where the answer has it.
    var member: String { self == .explain ? "explain" : "analysis" }
}

/// Reads the flags that say which times are meant.
struct QueryTimes {
    /// Milliseconds.
    var now: Int64

    func request(_ values: FlagValues) throws(UsageError) -> QueryRequest {
        let isRange = values.text("range") != nil || values.text("start") != nil
        if !isRange {
            for name in ["end", "step"] where values.text(name) != nil {
                throw UsageError("--\(name) belongs to a range query: add --range (as 1h) or --start")
            }
            return .instant(time: try time("time", values))
        }
        if values.text("time") != nil { throw UsageError("a range query takes --end instead of --time") }
        let end = try time("end", values) ?? now
        let start: Int64
        if let range = try values.duration("range") {
            if values.text("start") != nil { throw UsageError("give --range or --start, not both") }
            start = end - range
        } else {
            start = try time("start", values) ?? end
        }
        if start > end { throw UsageError("the range ends before it starts") }
        let step = try values.duration("step") ?? Self.step(for: end - start)
        if step <= 0 { throw UsageError("--step must be above 0") }
        return .range(start: start, end: end, step: step)
    }

    /// Seconds since 1970, RFC 3339, `now`, or `now-5m`.
    func time(_ name: String, _ values: FlagValues) throws(UsageError) -> Int64? {
        guard let text = values.text(name) else { return nil }
        // Bounded, so that differences of times cannot overflow.
        if let time = TimeText.parse(parameter: text), time.magnitude < 1 << 53 { return time }
        if text == "now" { return now }
        if text.hasPrefix("now-"), let back = try? DurationText.parse(String(text.dropFirst(4))) { return now - back }
        throw UsageError(
            "flag --\(name): \(GoText.quoted(text)) is no time (write 2026-11-20T05:02:00Z, seconds since 1970, now or now-5m)"
        )
    }

    /// The finest round step that gives at most 120 points.
    private static func step(for range: Int64) -> Int64 {
        let seconds: [Int64] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]
        return (seconds.first { range / ($0 * 1000) <= 120 } ?? 86_400) * 1000
    }
}
