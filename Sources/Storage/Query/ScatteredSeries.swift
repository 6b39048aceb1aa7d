import Model

/// Reads a series that has pieces under several timelines, or late samples, into times and values of its own.
struct ScatteredSeries {
    let plan: HeadPlan
    let series: HeadPlan.Scattered

    init(plan: HeadPlan, _ series: HeadPlan.Scattered) {
        self.plan = plan
        self.series = series
    }

    func read(into slice: Slice) throws(SelectError) {
        // In order first, then late ones by age.
        var samples: [RankedSample] = []
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
        slice.closeColumn(series: series.series, of: &samples, keepsStaleMarkers: plan.keepsStaleMarkers)
    }

    private func add(
        _ source: GroupSource, _ reference: UInt32, rank: Int, to samples: inout [RankedSample]
    ) throws(SelectError) {
        var times = [Int64](repeating: 0, count: source.rows)
        var values = [Double](repeating: .absent, count: source.rows)
        try times.withContiguousMutable { pointer throws(SelectError) in try source.readTimes(into: pointer) }
        try values.withContiguousMutable { pointer throws(SelectError) in
            let column = ColumnReading([reference])
            try source.find(column, number: 0)
            try source.read(column, number: 0, rows: 0..<source.rows, into: pointer, stride: 0)
        }
        for row in 0..<source.rows where !values[row].isAbsent {
            if times[row] < plan.start || times[row] > plan.end { continue }
            samples.append(.init(time: times[row], rank: rank, value: values[row]))
        }
    }
}
