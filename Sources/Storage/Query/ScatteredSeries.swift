import Model

/// Reads a series that has pieces under several timelines, or late samples, into times and values of its own.
struct ScatteredSeries {
    private struct Sample {
        var time: Int64
        /// Of samples with one time the lowest wins: in order, then late ones by age.
        var rank: Int
        var value: Double
    }

    let plan: HeadPlan
    let series: HeadPlan.Scattered

    init(plan: HeadPlan, _ series: HeadPlan.Scattered) {
        self.plan = plan
        self.series = series
    }

    func read(into slice: Slice) throws(SelectError) {
        var samples: [Sample] = []
        let reference = plan.references[series.series]
        for piece in series.pieces {
            for source in plan.shared[piece].sources { try add(source, reference, rank: 0, to: &samples) }
        }
        for (age, source) in series.lateGroups.enumerated() {
            try add(source, reference, rank: 1 + age, to: &samples)
        }
        for sample in series.late {
            samples.append(.init(time: sample.time, rank: .max, value: Double(bitPattern: sample.bits)))
        }
        samples.sort { ($0.time, $0.rank) < ($1.time, $1.rank) }
        let firstTime = slice.times.count
        let firstValue = slice.values.count
        var last: Int64?
        for sample in samples where sample.time != last {
            last = sample.time
            if sample.value.isStaleMarker && !plan.keepsStaleMarkers { continue }
            slice.times.append(sample.time)
            slice.values.append(sample.value)
        }
        let count = slice.times.count - firstTime
        if count == 0 { return }
        slice.columns.append(
            .init(series: series.series, firstTime: firstTime, firstValue: firstValue, count: count, isShared: false))
    }

    private func add(
        _ source: GroupSource, _ reference: UInt32, rank: Int, to samples: inout [Sample]
    ) throws(SelectError) {
        var times = [Int64](repeating: 0, count: source.rows)
        var values = [Double](repeating: .absent, count: source.rows)
        try times.withContiguousMutable { pointer throws(SelectError) in try source.readTimes(into: pointer) }
        try values.withContiguousMutable { pointer throws(SelectError) in
            try source.read(ColumnReading([reference]), rows: 0..<source.rows, into: pointer, stride: 0)
        }
        for row in 0..<source.rows where !values[row].isAbsent {
            if times[row] < plan.start || times[row] > plan.end { continue }
            samples.append(.init(time: times[row], rank: rank, value: values[row]))
        }
    }
}
