import Model

/// Reads series of one timeline into columns over its one time column.
struct SharedUnit {
    let plan: HeadPlan
    let sources: [GroupSource]
    let series: ArraySlice<Int>

    /// Rows of one source that lie in the asked range.
    private struct Run {
        var source: GroupSource
        var rows: Range<Int>
    }

    func read(into slice: Slice) throws(SelectError) {
        let runs = try readTimes(into: slice)
        guard let first = runs.first else { return }
        let total = slice.times.count
        slice.sharedRows = total
        // Whole groups are decoded where they belong. Only the rows in front of the first one in the range and those
        // behind the last one were not asked for.
        let stride = runs.reduce(0) { $0 + $1.source.rows }
        let values = slice.values.take(stride * series.count)
        let references = series.lazy.map { plan.references[$0] }
        var isFull = [Bool](repeating: true, count: series.count)
        try isFull.withContiguousMutable { isFull throws(SelectError) in
            var start = 0
            for run in runs {
                try run.source.readColumns(references, into: values + start, stride: stride, isFull: isFull)
                start += run.source.rows
            }
        }
        slice.columns.reserveCapacity(series.count)
        for (place, number) in series.enumerated() {
            slice.closeSharedColumn(
                series: number, base: place * stride + first.rows.lowerBound, rows: total, isFull: isFull[place],
                keepsStaleMarkers: plan.keepsStaleMarkers)
        }
    }

    /// The sources' rows follow each other in time: all those between the first and the last source are in the range.
    private func readTimes(into slice: Slice) throws(SelectError) -> [Run] {
        var runs: [Run] = []
        var times: [Int64] = []
        for source in sources {
            if times.count < source.rows { times = [Int64](repeating: 0, count: source.rows) }
            try times.withContiguousMutable { pointer throws(SelectError) in try source.readTimes(into: pointer) }
            let first = lowerBound(source.rows) { times[$0] < plan.start }
            let end = lowerBound(source.rows) { times[$0] <= plan.end }
            if first >= end { continue }
            runs.append(Run(source: source, rows: first..<end))
            slice.times.append(contentsOf: times[first..<end])
        }
        return runs
    }
}

extension Array {
    /// The elements as a pointer, with typed errors.
    mutating func withContiguousMutable<Failure: Error>(
        _ body: (UnsafeMutablePointer<Element>) throws(Failure) -> Void
    ) throws(Failure) {
        try withUnsafeMutableBufferPointer { buffer throws(Failure) in
            if let base = buffer.baseAddress { try body(base) }
        }
    }
}
