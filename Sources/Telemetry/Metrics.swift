import Synchronization

/// A number that only grows. Thread safe.
package final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    package init() {}

    package func add(_ amount: Int = 1) { count.wrappingAdd(UInt64(truncatingIfNeeded: amount), ordering: .relaxed) }
    package var value: UInt64 { count.load(ordering: .relaxed) }
}

/// A number that goes up and down. Thread safe.
package final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    package init() {}

    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

/// Counts of observations below fixed bounds, their number and sum. Thread safe.
package final class Histogram: Sendable {
    package struct Snapshot: Sendable {
        /// Per bound, not cumulative; the last one counts what is above all bounds.
        package var counts: [UInt64]
        package var sum: Double
    }

    /// Ascending; a value that equals a bound counts below it.
    package let bounds: [Double]
    private let state: Mutex<Snapshot>

    package init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(Snapshot(counts: [UInt64](repeating: 0, count: bounds.count + 1), sum: 0))
    }

    package func observe(_ value: Double) {
        var bucket = 0
        // NaN is above all bounds.
        while bucket < bounds.count, !(value <= bounds[bucket]) { bucket += 1 }
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    package var snapshot: Snapshot { state.withLock { $0 } }
}
