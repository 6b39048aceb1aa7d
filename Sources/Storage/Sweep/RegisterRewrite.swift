import Journal
import Platform

/// A register with only what is left, which is to take the place of the one in use. Nothing is changed before `finish`.
struct RegisterRewrite {
    /// Series between two looks at how long a frame has become.
    private static let seriesPerFrame = 1 << 16

    let log: SegmentedLog
    let names: RegisterEncoder

    /// - Parameter current: the one in use.
    init(of current: SegmentedLog, _ names: RegisterEncoder) throws(LogError) {
        log = try current.beginReplacement()
        self.names = RegisterEncoder(kind: RegisterFormat.successor(of: names.kind))
    }

    /// Writes and syncs all series below a reference, and the timelines there are.
    func write(
        _ copy: inout SeriesIndexCopy, below end: Int, leaving: Bitmap, _ timelines: [Timeline]
    ) throws {
        while copy.index.count < end {
            let next = min(end, copy.index.count + Self.seriesPerFrame)
            try copy.add(below: next, leaving: leaving)
            try append(copy.index, timelines)
        }
        try append(copy.index, timelines)
        try log.sync()
    }

    private func append(_ index: SeriesIndex, _ timelines: [Timeline]) throws(LogError) {
        guard names.encode(index, timelines) else { return }
        try log.append(kind: names.kind, names.buffer.bytes, compress: true)
        names.markEncodedKnown()
    }
}
