import Model

/// The truth a store is compared with: (series, time) -> first accepted value, by the rules of order alone.
package struct SampleOracle {
    package private(set) var samples: StoredSamples = [:]
    private var newest: [Labels: Int64] = [:]

    package init() {}

    /// Starts from what a store holds.
    package init(_ samples: StoredSamples) {
        self.samples = samples
        newest = samples.compactMapValues { $0.keys.max() }
    }

    /// The newest time of a series.
    package func newest(_ labels: Labels) -> Int64? { newest[labels] }

    /// Takes a sample if the rules accept it. `window` is the out-of-order window.
    package mutating func append(_ labels: Labels, _ time: Int64, _ value: Double, window: Int64) {
        let bits = value.isAbsent ? Double.ordinaryNaN.bitPattern : value.bitPattern
        if let newest = newest[labels], time <= newest {
            if value.isStaleMarker || time == newest || newest - time > window { return }
        }
        set(labels, time, bits)
    }

    /// Takes a sample that is known to have been accepted, unless its time is taken.
    package mutating func set(_ labels: Labels, _ time: Int64, _ bits: UInt64) {
        if samples[labels]?[time] == nil { samples[labels, default: [:]][time] = bits }
        newest[labels] = max(newest[labels] ?? .min, time)
    }

    /// All series that have or had samples.
    package var series: Dictionary<Labels, Int64>.Keys { newest.keys }

    /// Takes a sample out; that it was there still counts for the order.
    package mutating func remove(_ labels: Labels, _ time: Int64) {
        samples[labels]?[time] = nil
        if samples[labels]?.isEmpty == true { samples[labels] = nil }
    }

    /// Takes out what a deletion covers.
    package mutating func remove(_ deletion: RandomDeletion) { samples.remove(deletion) }

    /// The samples in a range, as a query sees them.
    package func samples(from start: Int64, to end: Int64, keepsStaleMarkers: Bool) -> StoredSamples {
        samples.compactMapValues { times in
            let wanted = times.filter { time, bits in
                time >= start && time <= end
                    && (keepsStaleMarkers || bits != Double.staleMarker.bitPattern)
            }
            return wanted.isEmpty ? nil : wanted
        }
    }
}
