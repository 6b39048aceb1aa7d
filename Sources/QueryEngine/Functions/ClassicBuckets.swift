import Model

/// The buckets of one classic histogram at one time: ascending upper bounds and cumulative counts.
struct ClassicBuckets {
    /// Differences between neighbours that are below this part of their sum are taken as rounding.
    private static let tolerance = 1e-12

    private(set) var bounds: [Double] = []
    private(set) var counts: [Double] = []

    mutating func removeAll() {
        bounds.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
    }

    /// Bounds must come in ascending order; equal ones are added up.
    mutating func append(bound: Double, count: Double) {
        if let last = bounds.last, last == bound {
            counts[counts.count - 1] += count
        } else {
            bounds.append(bound)
            counts.append(count)
        }
    }

    var isEmpty: Bool { bounds.isEmpty }

    /// The q-quantile, interpolated linearly within its bucket, and what had to be corrected for it.
    mutating func quantile(_ q: Double, time: Int64) -> (value: Double, correction: BucketCorrection?) {
        if q.isNaN { return (.ordinaryNaN, nil) }
        if q < 0 { return (-.infinity, nil) }
        if q > 1 { return (.infinity, nil) }
        guard bounds.last == .infinity else { return (.ordinaryNaN, nil) }
        let correction = makeMonotonic(time)
        guard bounds.count >= 2, let observations = counts.last, observations != 0 else {
            return (.ordinaryNaN, correction)
        }
        return (value(atRank: q * observations), correction)
    }

    private func value(atRank rank: Double) -> Double {
        let last = bounds.count - 1
        let bucket = firstBucket(reaching: rank)
        if bucket == last { return bounds[last - 1] }
        if bucket == 0, bounds[0] <= 0 { return bounds[0] }
        let start = bucket > 0 ? bounds[bucket - 1] : 0
        let below = bucket > 0 ? counts[bucket - 1] : 0
        return start + (bounds[bucket] - start) * ((rank - below) / (counts[bucket] - below))
    }

    /// The first bucket, except the last one, whose count is not below the rank; else the last. Binary search,
    /// as counts may hold NaN.
    private func firstBucket(reaching rank: Double) -> Int {
        var low = 0
        var high = bounds.count - 1
        while low < high {
            let middle = (low + high) / 2
            if counts[middle] >= rank { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Counts that fall are lifted to the one before; differences that are mere rounding are taken away silently.
    private mutating func makeMonotonic(_ time: Int64) -> BucketCorrection? {
        var correction: BucketCorrection?
        var previous = counts[0]
        for index in counts.indices.dropFirst() {
            let count = counts[index]
            if count == previous { continue }
            if Self.isRounding(previous, count) {
                counts[index] = previous
            } else if count < previous {
                counts[index] = previous
                let found = BucketCorrection(
                    firstTime: time, lastTime: time, lowestBound: bounds[index], highestBound: bounds[index],
                    largestDifference: previous - count)
                if correction == nil {
                    correction = found
                } else {
                    correction?.merge(found)
                    correction?.samples = 1
                }
            } else {
                previous = count
            }
        }
        return correction
    }

    private static func isRounding(_ a: Double, _ b: Double) -> Bool {
        if a.isNaN && b.isNaN { return true }
        let difference = (a - b).magnitude
        let sum = a.magnitude + b.magnitude
        if a == 0 || b == 0 || sum < .leastNormalMagnitude {
            return difference < tolerance * .leastNormalMagnitude
        }
        return difference / min(sum, .greatestFiniteMagnitude) < tolerance
    }

    /// The part of the observations between two values.
    func fraction(_ lower: Double, _ upper: Double) -> Double {
        guard bounds.last == .infinity, let observations = counts.last else { return .ordinaryNaN }
        if observations == 0 || lower.isNaN || upper.isNaN { return .ordinaryNaN }
        if lower >= upper { return 0 }
        return (rank(of: upper) - rank(of: lower)) / observations
    }

    /// How many observations lie below a value.
    private func rank(of value: Double) -> Double {
        var below = 0.0
        for (index, bound) in bounds.enumerated() {
            let start = index > 0 ? bounds[index - 1] : bounds[0] <= 0 ? -.infinity : 0
            if start >= value { return min(below, counts[counts.count - 1]) }
            if bound > value {
                // Nothing can be interpolated in a bucket without a lower bound.
                let rank =
                    start == -.infinity
                    ? counts[index] : below + (counts[index] - below) * (value - start) / (bound - start)
                return rank > counts[counts.count - 1] ? counts[counts.count - 1] : rank
            }
            below = counts[index]
        }
        return counts[counts.count - 1]
    }
}
