import Model

/// Reads series of one timeline into columns over its one time column.
struct SharedUnit {
    let plan: HeadPlan
    let sources: [GroupSource]
    let series: ArraySlice<Int>

    /// Rows of one source that lie in the asked range, and where they stand in the slice.
    private struct Run {
        var source: GroupSource
        var rows: Range<Int>
        var start: Int
    }

    func read(into slice: Slice) throws(SelectError) {
        let runs = try readTimes(into: slice)
        let total = slice.times.count
        if total == 0 { return }
        slice.sharedRows = total
        slice.values.append(contentsOf: repeatElement(.absent, count: total * series.count))
        let references = series.lazy.map { plan.references[$0] }
        for run in runs {
            try slice.values.withContiguousMutable { values throws(SelectError) in
                if run.rows.count == run.source.rows {
                    return try run.source.readColumns(references, into: values + run.start, stride: total)
                }
                try readPart(of: run, references, into: values + run.start, stride: total)
            }
        }
        for (place, number) in series.enumerated() {
            slice.closeSharedColumn(
                series: number, base: place * total, rows: total, keepsStaleMarkers: plan.keepsStaleMarkers)
        }
    }

    /// Decodes whole columns beside and copies the rows that are in the range.
    private func readPart(
        of run: Run, _ references: some Collection<UInt32>, into target: UnsafeMutablePointer<Double>, stride: Int
    ) throws(SelectError) {
        let rows = run.source.rows
        var whole = [Double](repeating: .absent, count: rows * series.count)
        try whole.withContiguousMutable { whole throws(SelectError) in
            try run.source.readColumns(references, into: whole, stride: rows)
            for place in 0..<series.count {
                (target + place * stride).update(
                    from: whole + place * rows + run.rows.lowerBound, count: run.rows.count)
            }
        }
    }

    private func readTimes(into slice: Slice) throws(SelectError) -> [Run] {
        var runs: [Run] = []
        var times: [Int64] = []
        for source in sources {
            times = [Int64](repeating: 0, count: source.rows)
            try times.withContiguousMutable { pointer throws(SelectError) in try source.readTimes(into: pointer) }
            let first = times.firstIndex { $0 >= plan.start } ?? times.count
            let end = (times.lastIndex { $0 <= plan.end } ?? -1) + 1
            if first >= end { continue }
            runs.append(Run(source: source, rows: first..<end, start: slice.times.count))
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
