import Model

extension BlockReader {
    /// True when a fifth of the block's samples or more are no longer kept.
    func isWorthRewriting(_ floors: RetentionFloors) throws(BlockError) -> Bool {
        let concerned = try floors.series(of: self)
        if concerned.isEmpty { return false }
        let timelines = try index.timelines()
        var cursor = try BlockSeriesCursor(index)
        var times: [Int: [Int64]] = [:]
        var gone = 0
        for series in concerned {
            try cursor.move(to: series)
            let floor = floors.floor(of: try cursor.labels())
            for column in cursor.columns {
                let timeline = try timelines.timeline(column.timeline)
                if timeline.firstTime >= floor { continue }
                if times[column.timeline] == nil { times[column.timeline] = try self.times(of: timeline) }
                let known = times[column.timeline] ?? []
                let end = min(lowerBound(known.count) { known[$0] < floor }, timeline.rows - column.rowsBehind)
                gone += max(0, end - column.firstRow)
            }
        }
        return gone * 5 >= meta.samples
    }
}
