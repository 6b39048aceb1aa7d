/// Name, labels and kind of one series of a made-up exporter.
package struct WorkloadSeries: Sendable {
    /// How the values of a series behave.
    package enum Shape: Sendable {
        case constant
        case counter
        case fractionalCounter
        case gauge
        case bucket(histogram: Int, bucket: Int)
    }

    package var name: String
    /// `name="value"` pairs, comma-separated, without braces.
    package var labels: String
    package var shape: Shape

    /// Of 50 neighbouring series: 12 buckets of one histogram, 16 constants, 10 counters, 6 fractional counters, 6 gauges.
    static let cycle = 50
    static let bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"]

    package static func shape(of index: Int) -> Shape {
        let place = index % cycle
        switch place {
        case 0..<12: return .bucket(histogram: index / cycle, bucket: place)
        case 12..<28: return .constant
        case 28..<38: return .counter
        case 38..<44: return .fractionalCounter
        default: return .gauge
        }
    }

    package static func of(_ index: Int, generation: Int64) -> WorkloadSeries {
        if index == 0 { return WorkloadSeries(name: "workload_tick", labels: "", shape: .constant) }
        let shape = shape(of: index)
        let round = index / cycle
        let place = index % cycle
        var labels: String
        let name: String
        switch shape {
        case .bucket(_, let bucket):
            name = "node_request_duration_seconds_bucket"
            labels = "handler=\"/api/v1/resource/\(round)\",le=\"\(bounds[bucket])\""
        case .constant:
            name = "node_filesystem_size_bytes_\(place % 4)"
            labels =
                "device=\"/dev/sd\(letter(place))\(round)\",fstype=\"ext4\",mountpoint=\"/data/volume\(round)/\(place)\""
        case .counter:
            name = "node_network_\(place % 2 == 0 ? "receive" : "transmit")_bytes_total"
            labels = "device=\"eth\(round)_\(place)\""
        case .fractionalCounter:
            name = "node_cpu_seconds_total"
            labels = "cpu=\"\(round)\",mode=\"\(modes[(place - 38) % modes.count])\""
        case .gauge:
            name = "node_memory_pool_usage_ratio"
            labels = "pool=\"pool\(round)\",zone=\"\(place)\""
        }
        if generation > 0 { labels += ",generation=\"\(generation)\"" }
        return WorkloadSeries(name: name, labels: labels, shape: shape)
    }

    private static let modes = ["idle", "iowait", "irq", "softirq", "system", "user"]

    private static func letter(_ index: Int) -> String {
        String(UnicodeScalar(UInt8(97 + index % 26)))
    }
}
