import Model

/// In which order the columns of a timeline are written: that of their series, but the buckets of a histogram one after
/// the other from the lowest bound on, each after the one that it may be coded relative to.
struct BucketOrder {
    struct Entry {
        /// Index of the series.
        var place: Int
        /// Index of the entry that this one may be relative to.
        var neighbour: Int?
        /// Others may be relative to it.
        var isNeighbour = false
    }

    /// Buckets in one tree. A bucket is at most this many binary digits away from one that needs no other.
    private static let longestRun = 256

    private(set) var entries: [Entry] = []

    /// - Parameter labels: of the series of a timeline, ascending.
    init(_ labels: some RandomAccessCollection<Labels>) {
        entries.reserveCapacity(labels.count)
        var families: [Labels: [(place: Int, bound: Double)]] = [:]
        var familyOf: [Int: Labels] = [:]
        for (place, labels) in labels.enumerated() {
            guard let (family, bound) = Self.bucket(labels) else { continue }
            families[family, default: []].append((place, bound))
            familyOf[place] = family
        }
        for place in 0..<labels.count {
            guard let family = familyOf[place] else {
                entries.append(Entry(place: place))
                continue
            }
            guard let buckets = families.removeValue(forKey: family) else { continue }
            let start = entries.count
            for (number, bucket) in buckets.sorted(by: { ($0.bound, $0.place) < ($1.bound, $1.place) }).enumerated() {
                let (run, rank) = number.quotientAndRemainder(dividingBy: Self.longestRun)
                // Not always the bucket below: reading one alone then takes few others, about one and a half of 12.
                let neighbour = rank == 0 ? nil : start + run * Self.longestRun + (rank & (rank - 1))
                if let neighbour { entries[neighbour].isNeighbour = true }
                entries.append(Entry(place: bucket.place, neighbour: neighbour))
            }
        }
    }

    /// The histogram to which a series belongs as a bucket, and its upper bound.
    private static func bucket(_ labels: Labels) -> (family: Labels, bound: Double)? {
        guard labels.metricName.hasSuffix("_bucket"), let text = labels["le"], let bound = FloatText.parse(text),
            !bound.isNaN
        else { return nil }
        return (Labels(labels.array.filter { $0.name != "le" }), bound)
    }
}
