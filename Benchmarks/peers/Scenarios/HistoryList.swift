extension Question {
    /// What panels over a day ask, and what looks at some minutes or hours long ago.
    static let history: [Question] = [
        day("one series of a day", #"node_memory_pool_usage_ratio{job="t1",pool="pool4",zone="45"}"#, step: 60),
        day(
            "rate of a hundred series", #"rate(node_network_receive_bytes_total{job="t1"}[5m])"#, step: 300,
            isComparable: false),
        day(
            "sum by job of rate, all counters", #"sum by (job) (rate({__name__=~"node_.*_(total|bucket)"}[5m]))"#,
            step: 300,
            isComparable: false, isAskedCold: true),
        day(
            "sum by job of rate, step 60 s", "sum by (job) (rate(node_network_receive_bytes_total[5m]))", step: 60,
            isComparable: false),
        day(
            "histogram_quantile of a day",
            "histogram_quantile(0.9, sum by (le) (rate(node_request_duration_seconds_bucket[5m])))", step: 60,
            isComparable: false, isAskedCold: true),
        day("sum of gauges of a day", "sum by (pool) (node_memory_pool_usage_ratio)", step: 300),
        // Of equal ones each takes others.
        day("topk of gauges of a day", "topk(5, node_memory_pool_usage_ratio)", step: 300, isComparable: false),
        day(
            "max_over_time of an hour", "max by (job) (max_over_time(node_memory_pool_usage_ratio[1h]))", step: 300,
            isComparable: false),
        day(
            "offset of half a day",
            "sum by (job) (node_memory_pool_usage_ratio - node_memory_pool_usage_ratio offset 12h)", step: 300),
        Question(
            name: "increase of a day, instant", kind: .instant,
            text: "topk(10, increase(node_network_receive_bytes_total[1d]))", isComparable: false),
        Question(
            name: "avg_over_time of a day, instant", kind: .instant,
            text: "topk(10, avg_over_time(node_memory_pool_usage_ratio[1d]))", isComparable: false),
        Question(
            name: "six hours, step 30 s", kind: .range, text: "sum by (mode) (rate(node_cpu_seconds_total[2m]))",
            isComparable: false, seconds: 6 * hour, step: 30),
        Question(
            name: "an hour of yesterday", kind: .range,
            text: "sum by (job) (rate(node_network_receive_bytes_total[5m]))", isComparable: false, age: 20 * hour),
        Question(
            name: "an instant of yesterday", kind: .instant, text: "sum by (job) (node_memory_pool_usage_ratio)",
            isAskedCold: true, age: 20 * hour),
        Question(name: "label names of a day", kind: .path, text: "labels", seconds: 12 * hour),
        Question(name: "label values of a day", kind: .path, text: "label/device/values", seconds: 12 * hour),
        Question(name: "metric names of a day", kind: .path, text: "label/__name__/values", seconds: 12 * hour),
        Question(
            name: "series of a day", kind: .path,
            text: "series?match[]=" + "node_cpu_seconds_total%7Bmode%3D%22user%22%7D", seconds: 12 * hour),
    ]

    private static let hour = 3600.0

    /// A range of 24 hours.
    private static func day(
        _ name: String, _ text: String, step: Double, isComparable: Bool = true, isAskedCold: Bool = false
    ) -> Question {
        Question(
            name: name, kind: .range, text: text, isComparable: isComparable, isAskedCold: isAskedCold,
            seconds: 24 * hour, step: step)
    }
}
