import Model
import Platform

/// A made-up fleet of exporters with a mix like node_exporter's, deterministic by seed, target, series and tick, so that
/// any value can be computed again without having seen the ones before.
///
/// Of 1,000 series about 316 are constant, 448 hold integers (counters and bucket counts), 236 have two to three
/// decimals; about half of the values change from one tick to the next.
package struct Workload: Sendable {
    package var seed: UInt64
    package var targets: Int
    package var seriesPerTarget: Int
    /// Milliseconds between ticks.
    package var interval: Int64
    /// Series that get a new label value at each multiple of `churnTicks`; 0 is none.
    package var churningSeries: Int
    package var churnTicks: Int64

    package init(
        seed: UInt64 = 1, targets: Int, seriesPerTarget: Int, interval: Int64, churningSeries: Int = 0,
        churnTicks: Int64 = 60
    ) {
        self.seed = seed
        self.targets = targets
        self.seriesPerTarget = seriesPerTarget
        self.interval = interval
        self.churningSeries = churningSeries
        self.churnTicks = churnTicks
    }

    package func tick(at milliseconds: Int64) -> Int64 { milliseconds / interval }

    /// The labels of a series but for `job` and `instance`; series 0 is `workload_tick`.
    package func series(_ index: Int, tick: Int64) -> WorkloadSeries {
        WorkloadSeries.of(index, generation: index > 0 && index <= churningSeries ? tick / churnTicks : 0)
    }

    /// Series 0 tells the tick, so that a reader knows what all other values of the scrape must be.
    package func value(target: Int, series index: Int, tick: Int64) -> Double {
        if index == 0 { return Double(tick) }
        let key = mixed(seed &+ UInt64(target) &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(index))
        switch WorkloadSeries.shape(of: index) {
        case .constant: return Double(key % 1_000_000)
        case .counter: return counter(key, tick)
        case .fractionalCounter: return counter(key, tick) / 100
        case .gauge: return walk(key, tick)
        case .bucket(let histogram, let bucket):
            return bucketCount(mixed(seed &+ UInt64(target) &* 31 &+ UInt64(histogram)), bucket, tick)
        }
    }

    /// Grows by up to 2^k a tick, but stands still on about half of the ticks.
    private func counter(_ key: UInt64, _ tick: Int64) -> Double {
        let step = UInt64(1) << (key % 12)
        let round = (tick + Int64(key >> 63)) / 2
        let jitter = mixed(key ^ UInt64(bitPattern: round)) % max(step / 2, 1)
        return Double(UInt64(round % 10_000_000) &* step &+ jitter)
    }

    /// A walk with steps on several time scales, two or three decimals.
    private func walk(_ key: UInt64, _ tick: Int64) -> Double {
        var sum = 0.0
        var scale: Int64 = 2
        while scale <= 256 {
            sum += Double(mixed(key ^ UInt64(bitPattern: tick / scale) &* 0x2545_f491_4f6c_dd1d) % 1000) * Double(scale)
            scale *= 4
        }
        return sum / (key & 1 == 0 ? 100 : 1000)
    }

    /// Cumulative over buckets and over time.
    private func bucketCount(_ key: UInt64, _ bucket: Int, _ tick: Int64) -> Double {
        let perTick = 1 + key % 4
        let events = UInt64((tick + Int64(key >> 63)) / 2 % 10_000_000) &* perTick
        return Double(events &* UInt64(min(bucket + 1, 8)) / 8)
    }
}

/// A well-mixed 64-bit number from another (splitmix64's finaliser, Steele et al., OOPSLA 2014).
package func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
}
