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
        let references = series.map { plan.references[$0] }
        if plan.wantsNewest, try readNewest(references, into: slice) { return }
        let columns = ColumnReading(references)
        sources.first?.guessPlaces(of: columns)
        sources.first?.prefetchEntries(of: columns)
        let runs = try readTimes(into: slice)
        guard let first = runs.first else { return }
        // Whole groups are decoded where they belong. Only the rows in front of the first one in the range and those
        // behind the last one were not asked for.
        let stride = runs.reduce(0) { $0 + $1.source.rows }
        let values = slice.values.take(stride * series.count)
        var start = 0
        try first.source.find(columns, number: 0)
        if runs.count > 1 { runs[1].source.prefetchEntries(of: columns) }
        for (number, run) in runs.enumerated() {
            if number + 2 < runs.count { runs[number + 2].source.prefetchEntries(of: columns) }
            if number + 1 < runs.count { try runs[number + 1].source.find(columns, number: number + 1) }
            try run.source.read(columns, number: number, rows: run.rows, into: values + start, stride: stride)
            start += run.source.rows
        }
        close(columns, in: slice, firstRow: first.rows.lowerBound, stride: stride)
    }

    /// Reads the newest group alone, of one in memory only the newest row. False when that is not enough because some
    /// series have nothing there.
    private func readNewest(_ references: [UInt32], into slice: Slice) throws(SelectError) -> Bool {
        guard let source = sources.last else { return true }
        var times = [Int64](repeating: 0, count: source.rows)
        guard var rows = try readTimes(of: source, &times, into: slice) else { return false }
        if case .memory = source {
            slice.times.removeFirst(slice.times.count - 1)
            rows = rows.upperBound - 1..<rows.upperBound
        }
        let values = slice.values.take(source.rows * series.count)
        let columns = ColumnReading(references)
        try source.find(columns, number: 0)
        try source.read(columns, number: 0, rows: rows, into: values, stride: source.rows)
        close(columns, in: slice, firstRow: rows.lowerBound, stride: source.rows)
        if slice.columns.count == series.count { return true }
        slice.removeAll()
        return false
    }

    private func close(_ columns: ColumnReading, in slice: Slice, firstRow: Int, stride: Int) {
        slice.sharedRows = slice.times.count
        slice.columns.reserveCapacity(series.count)
        for (place, number) in series.enumerated() {
            slice.closeSharedColumn(
                series: number, base: place * stride + firstRow, rows: slice.sharedRows,
                isFull: columns.isFull[place], keepsStaleMarkers: plan.keepsStaleMarkers)
        }
    }

    /// The sources' rows follow each other in time: all those between the first and the last source are in the range.
    private func readTimes(into slice: Slice) throws(SelectError) -> [Run] {
        for source in sources { source.prefetchTimes() }
        var runs: [Run] = []
        runs.reserveCapacity(sources.count)
        var times = [Int64](repeating: 0, count: sources.reduce(0) { max($0, $1.rows) })
        for source in sources {
            let rows = try readTimes(of: source, &times, into: slice)
            if let rows { runs.append(Run(source: source, rows: rows)) }
        }
        return runs
    }

    /// Appends the times that are in the range and returns their rows; nil when there are none. `times` has room for
    /// all rows.
    private func readTimes(
        of source: GroupSource, _ times: inout [Int64], into slice: Slice
    ) throws(SelectError) -> Range<Int>? {
        try times.withContiguousMutable { pointer throws(SelectError) in try source.readTimes(into: pointer) }
        let first = lowerBound(source.rows) { times[$0] < plan.start }
        let end = lowerBound(source.rows) { times[$0] <= plan.end }
        if first >= end { return nil }
        slice.times.append(contentsOf: times[first..<end])
        return first..<end
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
