import Model

/// Reads a unit of series from blocks and puts what the head has behind it.
struct MergedUnit {
    private let plan: MergedPlan
    /// What the head has of these series.
    private let recent: Slice
    private let slice: Slice
    /// Per block.
    private let neighbours: [NeighbourValues]
    /// Of timelines of series that are gathered.
    private var times: [Int32: [Int64]] = [:]

    init(plan: MergedPlan, recent: Slice, slice: Slice) {
        self.plan = plan
        self.recent = recent
        self.slice = slice
        neighbours = plan.blocks.map { _ in NeighbourValues() }
    }

    /// - Parameter chain: of the unit's key.
    mutating func read(_ unit: MergedPlan.Unit, _ chain: Chain?) throws(BlockError) {
        let links = chain?.links.flatMap { follows($0) ? $0 : nil }
        if let links {
            slice.times += links.times
            slice.times += recent.times[..<recent.sharedRows]
            slice.sharedRows = slice.times.count
        }
        // The head's columns come in the order of the unit's series, of which it may lack some.
        var next = 0
        for series in unit.series {
            var column: Slice.Column?
            if next < recent.columns.count, recent.columns[next].series == series {
                column = recent.columns[next]
                next += 1
            }
            if let links, let key = unit.key, plan.isOnly(key, of: series) {
                try readShared(series, column, links)
            } else {
                try gather(series, column)
            }
        }
    }

    /// The head's rows come behind those of the blocks.
    private func follows(_ links: Chain.Links) -> Bool {
        guard recent.sharedRows > 0, let last = links.times.last else { return true }
        return last < recent.times[0]
    }

    private func readShared(
        _ series: Int, _ column: Slice.Column?, _ links: Chain.Links
    ) throws(BlockError) {
        let base = slice.values.count
        let total = slice.sharedRows
        if total == 0 { return }
        let values = slice.values.take(total)
        var isFull = try readBlocks(series, links, into: values)
        let target = values + links.times.count
        if let column, column.isShared, column.count == recent.sharedRows {
            target.update(from: recent.values.pointer + column.firstValue, count: column.count)
        } else {
            target.update(repeating: .absent, count: recent.sharedRows)
            if let column { copy(column, to: target) }
            isFull = isFull && recent.sharedRows == 0
        }
        slice.closeSharedColumn(
            series: series, base: base, rows: total, isFull: isFull, keepsStaleMarkers: plan.keepsStaleMarkers)
    }

    /// Writes the rows before those of the head. True when all have a value.
    private func readBlocks(
        _ series: Int, _ links: Chain.Links, into values: UnsafeMutablePointer<Double>
    ) throws(BlockError) -> Bool {
        let rows = links.times.count
        var written = 0
        for piece in plan.pieces(of: series) {
            if let run = links.runs[plan.timelines[Int(piece.timeline)].place] { written += run.rows.count }
        }
        var isFull = written == rows
        if !isFull { values.update(repeating: .absent, count: rows) }
        for piece in plan.pieces(of: series) {
            let place = plan.timelines[Int(piece.timeline)].place
            guard let run = links.runs[place] else { continue }
            let times = links.times[run.start..<run.start + run.rows.count]
            if try !read(piece, rows: run.rows, times, into: values + run.start) { isFull = false }
        }
        return isFull
    }

    /// Writes the cells of a piece in some rows. True when all are values.
    private func read(
        _ piece: MergedPlan.Piece, rows: Range<Int>, _ times: ArraySlice<Int64>,
        into cells: UnsafeMutablePointer<Double>
    ) throws(BlockError) -> Bool {
        let number = plan.timelines[Int(piece.timeline)].block
        let isFull = try plan.blocks[number].readColumn(
            at: piece.offset, of: plan.timelines[Int(piece.timeline)].timeline, rows: rows,
            neighbours: neighbours[number], into: cells)
        if plan.deletions[number].isEmpty { return isFull }
        let deleted = plan.deletions[number][piece.series]
        deleted.apply(to: cells, times: times)
        return isFull && deleted.isEmpty
    }

    /// Puts the head's samples of a series on its rows, which begin at `target`.
    private func copy(_ column: Slice.Column, to target: UnsafeMutablePointer<Double>) {
        var row = column.isShared ? column.firstTime : 0
        for index in 0..<column.count {
            let time = recent.times[column.firstTime + index]
            while recent.times[row] != time { row += 1 }
            target[row] = recent.values[column.firstValue + index]
        }
    }

    /// Merges all samples of a series into times of its own: of two at one time that of the older block stays, and
    /// that of a block before that of the head.
    private mutating func gather(_ series: Int, _ column: Slice.Column?) throws(BlockError) {
        var samples: [RankedSample] = []
        for piece in plan.pieces(of: series) {
            let timeline = plan.timelines[Int(piece.timeline)]
            var all = times[piece.timeline] ?? []
            if all.isEmpty {
                all = try plan.blocks[timeline.block].times(of: timeline.timeline)
                times[piece.timeline] = all
            }
            let rows = plan.rows(of: all)
            if rows.isEmpty { continue }
            var cells = [Double](repeating: .absent, count: rows.count)
            try cells.withContiguousMutable { (pointer) throws(BlockError) in
                _ = try read(piece, rows: rows, all[rows], into: pointer)
            }
            for row in rows where !cells[row - rows.lowerBound].isAbsent {
                samples.append(.init(time: all[row], rank: timeline.block, value: cells[row - rows.lowerBound]))
            }
        }
        if let column {
            for index in 0..<column.count {
                samples.append(
                    .init(
                        time: recent.times[column.firstTime + index], rank: .max,
                        value: recent.values[column.firstValue + index]))
            }
        }
        slice.closeColumn(series: series, of: &samples, keepsStaleMarkers: plan.keepsStaleMarkers)
    }
}
