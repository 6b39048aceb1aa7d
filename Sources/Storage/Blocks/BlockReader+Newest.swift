import Model
import Platform

extension BlockReader {
    /// The series with exactly these labels.
    func find(_ labels: Labels) throws(BlockError) -> UInt32? {
        var cursor = try BlockSeriesCursor(index)
        let text = ByteBuffer()
        var low = 0
        var high = meta.series
        while low < high {
            let middle = (low + high) / 2
            try cursor.move(to: UInt32(middle))
            text.removeAll()
            try cursor.appendLabels(to: text)
            let order = labels.encoded.withUnsafeBytes { wanted in
                Labels.compare(text.bytes, wanted) == 0 ? 0 : Labels.precedes(encoded: text.bytes, wanted) ? -1 : 1
            }
            if order == 0 { return UInt32(middle) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// The newest sample of a series.
    func newest(of labels: Labels) throws(BlockError) -> (time: Int64, bits: UInt64)? {
        guard let series = try find(labels) else { return nil }
        var cursor = try BlockSeriesCursor(index)
        try cursor.move(to: series)
        let timelines = try index.timelines()
        var newest: (time: Int64, bits: UInt64)?
        for column in cursor.columns {
            let timeline = try timelines.timeline(column.timeline)
            let row = timeline.rows - 1 - column.rowsBehind
            guard row >= 0 else { throw index.damage(.series) }
            let time = try times(of: timeline)[row]
            if time <= newest?.time ?? .min { continue }
            var cell = Double.absent
            try readColumn(column, of: timeline, rows: row..<row + 1, into: &cell)
            newest = (time, cell.bitPattern)
        }
        return newest
    }
}
