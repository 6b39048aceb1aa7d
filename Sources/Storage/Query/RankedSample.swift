import Model

/// A sample of a series that is put together from several places.
struct RankedSample {
    /// Milliseconds.
    var time: Int64
    /// Of samples with one time the lowest counts.
    var rank: Int
    var value: Double
}

extension Slice {
    /// Makes a column with times of its own of samples in any order.
    func closeColumn(series: Int, of samples: inout [RankedSample], keepsStaleMarkers: Bool) {
        samples.sort { ($0.time, $0.rank) < ($1.time, $1.rank) }
        let firstTime = times.count
        let firstValue = values.count
        var last: Int64?
        for sample in samples where sample.time != last {
            last = sample.time
            if sample.value.isStaleMarker && !keepsStaleMarkers { continue }
            times.append(sample.time)
            values.append(sample.value)
        }
        let count = times.count - firstTime
        if count == 0 { return }
        columns.append(
            .init(series: series, firstTime: firstTime, firstValue: firstValue, count: count, isShared: false))
    }
}
