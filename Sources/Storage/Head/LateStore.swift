/// Samples that came after newer ones of their series, sorted by time per series. Guarded as `Head` is; readers take
/// copies of a series' samples.
struct LateStore {
    struct Sample {
        var time: Int64
        var bits: UInt64
    }

    private var samples: [UInt32: [Sample]] = [:]
    private(set) var count = 0
    /// The oldest journal segment that holds one of them.
    private(set) var segment: Int?

    var isEmpty: Bool { samples.isEmpty }
    var references: Dictionary<UInt32, [Sample]>.Keys { samples.keys }

    func has(_ reference: UInt32) -> Bool { samples[reference] != nil }

    subscript(reference: UInt32) -> [Sample] { samples[reference] ?? [] }

    func overlaps(_ reference: UInt32, _ start: Int64, _ end: Int64) -> Bool {
        guard let column = samples[reference] else { return false }
        return column.contains { $0.time >= start && $0.time <= end }
    }

    /// The starts of the windows that samples lie in.
    var windows: Set<Int64> {
        var windows: Set<Int64> = []
        for column in samples.values { windows.formUnion(column.map { HeadSettings.windowStart($0.time) }) }
        return windows
    }

    var oldestTime: Int64? { samples.values.compactMap { $0.first?.time }.min() }

    func value(of reference: UInt32, at time: Int64) -> UInt64? {
        guard let column = samples[reference] else { return nil }
        let place = Self.place(of: time, in: column)
        return place < column.count && column[place].time == time ? column[place].bits : nil
    }

    /// Of two samples with one time the first stays.
    mutating func insert(_ reference: UInt32, _ sample: Sample, segment: Int) {
        var column = samples.removeValue(forKey: reference) ?? []
        let place = Self.place(of: sample.time, in: column)
        if place == column.count || column[place].time != sample.time {
            column.insert(sample, at: place)
            count += 1
            self.segment = min(self.segment ?? segment, segment)
        }
        samples[reference] = column
    }

    private static func place(of time: Int64, in column: [Sample]) -> Int {
        lowerBound(column.count) { column[$0].time < time }
    }
}
