import PeerSupport

/// A question of a query table.
struct Question {
    enum Kind {
        case range
        case instant
        /// A path behind `/api/v1/`.
        case path
    }

    var name: String
    var kind: Kind
    var text: String
    /// VictoriaMetrics computes rates and windows by other rules: its answer is not compared.
    var isComparable = true
    /// Asked of a fresh process too, whose files are not in memory.
    var isAskedCold = false
    /// What a range question looks at, and half of what a label request does.
    var seconds = 3600.0
    var step = 15.0
    /// Seconds from there to the end of the data.
    var age = 0.0

    /// The request, for data whose last samples are at `end` seconds; `seconds` instead of its own.
    func path(end: Double, seconds: Double? = nil) -> String {
        let seconds = seconds ?? self.seconds
        let end = end - age
        switch kind {
        case .range: return Answers.rangePath(text, start: end - seconds, end: end, step: step)
        case .instant: return "/api/v1/query?query=\(Answers.escaped(text))&time=\(end)&nocache=1"
        case .path:
            let separator = text.contains("?") ? "&" : "?"
            return "/api/v1/\(text)\(separator)start=\(end - 2 * seconds)&end=\(end)"
        }
    }

    /// The last hour of what was loaded, at a step of 15 s, but for the instant ones and the label requests.
    static let recent: [Question] = [
        Question(
            name: "one series", kind: .range, text: #"node_memory_pool_usage_ratio{job="t3",pool="pool4",zone="45"}"#),
        Question(
            name: "one series, instant", kind: .instant,
            text: #"node_memory_pool_usage_ratio{job="t3",pool="pool4",zone="45"}"#),
        Question(name: "constant expression", kind: .instant, text: "1+1"),
        Question(
            name: "rate of one series", kind: .range,
            text: #"rate(node_cpu_seconds_total{job="t1",cpu="2",mode="user"}[5m])"#, isComparable: false),
        Question(
            name: "rate of one metric on ten targets", kind: .range,
            text: #"rate(node_network_receive_bytes_total{job=~"t1[0-9]"}[5m])"#, isComparable: false),
        Question(
            name: "sum by job of rate", kind: .range, text: "sum by (job) (rate(node_network_receive_bytes_total[5m]))",
            isComparable: false, isAskedCold: true),
        Question(
            name: "sum of rate, all cpu", kind: .range, text: "sum(rate(node_cpu_seconds_total[5m]))",
            isComparable: false),
        Question(
            name: "busy share per cpu", kind: .range,
            text: #"100 - (avg by (cpu) (rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100)"#, isComparable: false),
        Question(
            name: "sum by le of rate", kind: .range,
            text: "sum by (le) (rate(node_request_duration_seconds_bucket[5m]))", isComparable: false),
        Question(
            name: "histogram_quantile", kind: .range,
            text: "histogram_quantile(0.9, sum by (le) (rate(node_request_duration_seconds_bucket[5m])))",
            isComparable: false, isAskedCold: true),
        Question(
            name: "histogram_quantile by job", kind: .range,
            text: "histogram_quantile(0.99, sum by (le, job) (rate(node_request_duration_seconds_bucket[5m])))",
            isComparable: false),
        Question(
            name: "sum of gauges", kind: .range, text: "sum by (pool) (node_memory_pool_usage_ratio)", isAskedCold: true
        ),
        Question(name: "max of constants", kind: .range, text: "max by (fstype) (node_filesystem_size_bytes_1)"),
        Question(
            name: "count of everything, instant", kind: .instant, text: #"count by (__name__) ({__name__!=""})"#,
            isAskedCold: true),
        Question(name: "count of everything", kind: .range, text: #"count({__name__=~"node_.*"})"#),
        Question(name: "topk of gauges", kind: .range, text: "topk(5, node_memory_pool_usage_ratio)"),
        Question(name: "topk, instant", kind: .instant, text: "topk(5, node_filesystem_size_bytes_2)"),
        Question(
            name: "quantile over series", kind: .range, text: "quantile by (zone) (0.9, node_memory_pool_usage_ratio)"),
        Question(
            name: "avg_over_time", kind: .range,
            text: #"avg_over_time(node_memory_pool_usage_ratio{job=~"t[1-5]"}[10m])"#, isComparable: false),
        Question(
            name: "max_over_time, sum", kind: .range, text: "sum(max_over_time(node_memory_pool_usage_ratio[10m]))",
            isComparable: false),
        Question(
            name: "increase over an hour, instant", kind: .instant,
            text: "topk(10, increase(node_network_receive_bytes_total[1h]))", isComparable: false),
        Question(
            name: "heavy regular expression", kind: .range,
            text: #"sum(rate(node_network_receive_bytes_total{device=~".*(1|3|5)_[23].*"}[5m]))"#, isComparable: false),
        Question(
            name: "alternation", kind: .range,
            text: #"sum by (job) (node_memory_pool_usage_ratio{pool=~"pool1|pool3|pool5|pool7|pool9"})"#),
        Question(
            name: "negated expression", kind: .range,
            text: #"count(node_filesystem_size_bytes_0{device!~"/dev/sd[a-m].*"})"#),
        Question(
            name: "label_replace", kind: .range,
            text: #"sum by (n) (label_replace(node_memory_pool_usage_ratio, "n", "$1", "pool", "pool(.*)"))"#),
        Question(
            name: "subquery", kind: .range,
            text: #"max_over_time(sum(rate(node_cpu_seconds_total{job="t1"}[5m]))[1790s:1m])"#, isComparable: false),
        Question(
            name: "ratio of vectors", kind: .range,
            text:
                #"rate(node_network_receive_bytes_total{job=~"t[1-5]"}[5m]) / ignoring(device) group_left sum by (job, instance) (rate(node_network_receive_bytes_total{job=~"t[1-5]"}[5m]))"#,
            isComparable: false),
        Question(
            name: "group_left of constants", kind: .range,
            text: #"sum by (job) (node_memory_pool_usage_ratio * on (job) group_left workload_tick)"#),
        Question(name: "comparison filter", kind: .range, text: "node_memory_pool_usage_ratio > 2500"),
        Question(
            name: "and", kind: .range,
            text: "count(node_memory_pool_usage_ratio > 1000 and node_memory_pool_usage_ratio < 3000)"),
        Question(name: "absent", kind: .range, text: #"absent(node_memory_pool_usage_ratio{job="nowhere"})"#),
        Question(
            name: "offset", kind: .range,
            text: "sum by (zone) (node_memory_pool_usage_ratio - node_memory_pool_usage_ratio offset 30m)"),
        Question(name: "label names", kind: .path, text: "labels"),
        Question(name: "label values", kind: .path, text: "label/device/values"),
        Question(name: "metric names", kind: .path, text: "label/__name__/values"),
        Question(
            name: "series", kind: .path, text: "series?match[]=" + "node_cpu_seconds_total%7Bmode%3D%22user%22%7D"),
    ]
}
