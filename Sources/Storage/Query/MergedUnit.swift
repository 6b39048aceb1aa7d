import Model

/// Reads a unit of series from blocks and puts what the head has behind it.
struct MergedUnit {
    private let plan: MergedPlan
    /// What the head has of these series.
    private let recent: Slice
    private let slice: Slice
    private var recentColumns: [Int: Slice.Column] = [:]
    private var times: [TimelineName: [Int64]] = [:]
    /// Per block.
    private let neighbours: [NeighbourValues]

    private struct TimelineName: Hashable {
        var block: Int
        var offset: Int
    }

    /// Rows of a timeline inside the asked range, and where they stand in the slice.
    private struct Run {
        var rows: Range<Int>
        var start: Int
    }

    init(plan: MergedPlan, recent: Slice, slice: Slice) {
        self.plan = plan
        self.recent = recent
        self.slice = slice
        neighbours = plan.blocks.map { _ in NeighbourValues() }
        for column in recent.columns { recentColumns[column.series] = column }
    }

    mutating func read(_ unit: MergedPlan.Unit) throws(BlockError) {
        var sharing: [Int] = []
        var others: [Int] = []
        for series in unit.series {
            let hasKey = plan.pieces[series].isEmpty || plan.key(of: series) == unit.key
            if unit.key != nil && hasKey { sharing.append(series) } else { others.append(series) }
        }
        if let runs = try readSharedTimes(of: sharing) {
            for series in sharing { try readShared(series, runs) }
        } else {
            others = unit.series
        }
        for series in others { try gather(series) }
    }

    /// Chains the timelines' rows and those of the head into the slice's shared times; nil when they overlap.
    private mutating func readSharedTimes(of series: [Int]) throws(BlockError) -> [TimelineName: Run]? {
        var names: [TimelineName: BlockTimeline] = [:]
        for series in series {
            for piece in plan.pieces[series] {
                names[TimelineName(block: piece.block, offset: piece.timeline.offset)] = piece.timeline
            }
        }
        let ordered = names.sorted { $0.value.firstTime < $1.value.firstTime }
        var runs: [TimelineName: Run] = [:]
        for (name, timeline) in ordered {
            let all = try readTimes(of: timeline, name)
            let first = lowerBound(all.count) { all[$0] < plan.start }
            let end = lowerBound(all.count) { all[$0] <= plan.end }
            if first == end { continue }
            if let last = slice.times.last, last >= all[first] { return overlap() }
            runs[name] = Run(rows: first..<end, start: slice.times.count)
            slice.times += all[first..<end]
        }
        if let first = recent.times.first, recent.sharedRows > 0, let last = slice.times.last, last >= first {
            return overlap()
        }
        slice.times += recent.times[..<recent.sharedRows]
        slice.sharedRows = slice.times.count
        return runs
    }

    private func overlap() -> [TimelineName: Run]? {
        slice.removeAll()
        return nil
    }

    private mutating func readTimes(of timeline: BlockTimeline, _ name: TimelineName) throws(BlockError) -> [Int64] {
        if let known = times[name] { return known }
        let read = try plan.blocks[name.block].times(of: timeline)
        times[name] = read
        return read
    }

    private func readShared(_ series: Int, _ runs: [TimelineName: Run]) throws(BlockError) {
        let base = slice.values.count
        let total = slice.sharedRows
        if total == 0 { return }
        let values = slice.values.take(total)
        // Rows that are filled with values alone; of the others all cells are set in front.
        var isFull = try readBlocks(series, runs, total, into: values)
        if let column = recentColumns[series] {
            let target = values + (total - recent.sharedRows)
            if column.isShared && column.count == recent.sharedRows && !plan.keepsStaleMarkers {
                target.update(from: recent.values.pointer + column.firstValue, count: column.count)
            } else {
                target.update(repeating: .absent, count: recent.sharedRows)
                copy(column, to: target)
                isFull = false
            }
        } else {
            (values + (total - recent.sharedRows)).update(repeating: .absent, count: recent.sharedRows)
            isFull = isFull && recent.sharedRows == 0
        }
        slice.closeSharedColumn(
            series: series, base: base, rows: total, isFull: isFull, keepsStaleMarkers: plan.keepsStaleMarkers)
    }

    /// Writes the rows before those of the head. True when all have a value.
    private func readBlocks(
        _ series: Int, _ runs: [TimelineName: Run], _ total: Int, into values: UnsafeMutablePointer<Double>
    ) throws(BlockError) -> Bool {
        let rows = total - recent.sharedRows
        var written = 0
        var isFull = true
        for piece in plan.pieces[series] {
            guard let run = runs[TimelineName(block: piece.block, offset: piece.timeline.offset)] else { continue }
            // Pieces come in the order of the blocks, not of time.
            if run.start != written { written = .min }
            written += run.rows.count
        }
        if written != rows {
            values.update(repeating: .absent, count: rows)
            isFull = false
        }
        for piece in plan.pieces[series] {
            guard let run = runs[TimelineName(block: piece.block, offset: piece.timeline.offset)] else { continue }
            let target = values + run.start
            let hasAll = try plan.blocks[piece.block].readColumn(
                piece.column, of: piece.timeline, rows: run.rows, neighbours: neighbours[piece.block], into: target)
            piece.deleted.apply(to: target, times: slice.times[run.start..<run.start + run.rows.count])
            if !hasAll || !piece.deleted.isEmpty { isFull = false }
        }
        return isFull
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
    private mutating func gather(_ series: Int) throws(BlockError) {
        var samples: [RankedSample] = []
        for piece in plan.pieces[series] {
            let name = TimelineName(block: piece.block, offset: piece.timeline.offset)
            let all = try readTimes(of: piece.timeline, name)
            let first = lowerBound(all.count) { all[$0] < plan.start }
            let end = lowerBound(all.count) { all[$0] <= plan.end }
            if first == end { continue }
            var cells = [Double](repeating: .absent, count: end - first)
            try cells.withContiguousMutable { (pointer) throws(BlockError) in
                try plan.blocks[piece.block].readColumn(
                    piece.column, of: piece.timeline, rows: first..<end, neighbours: neighbours[piece.block],
                    into: pointer)
                piece.deleted.apply(to: pointer, times: all[first..<end])
            }
            for row in first..<end where !cells[row - first].isAbsent {
                samples.append(.init(time: all[row], rank: piece.block, value: cells[row - first]))
            }
        }
        if let column = recentColumns[series] {
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
