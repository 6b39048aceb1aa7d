/// Which blocks are to become one. Times in milliseconds.
enum CompactionPlan {
    /// Each level covers this many times what the one below does.
    private static let factor: Int64 = 3

    /// The first blocks worth merging: those that overlap, else those that fill a range of a level together. A range
    /// waits until there is the block of its last window, or of a later one.
    /// - Parameter longest: ranges above this are not made.
    static func next(_ blocks: [BlockMeta], longest: Int64) -> [BlockName]? {
        let sorted = blocks.sorted { ($0.firstTime, $0.name) < ($1.firstTime, $1.name) }
        return overlapping(sorted) ?? adjacent(sorted, longest: longest)
    }

    private static func overlapping(_ blocks: [BlockMeta]) -> [BlockName]? {
        var run: [BlockName] = []
        var end = Int64.min
        for block in blocks {
            if block.firstTime <= end {
                run.append(block.name)
            } else {
                if run.count > 1 { return run }
                run = [block.name]
            }
            end = max(end, block.lastTime)
        }
        return run.count > 1 ? run : nil
    }

    private static func adjacent(_ blocks: [BlockMeta], longest: Int64) -> [BlockName]? {
        guard let end = blocks.map(\.end).max() else { return nil }
        var range = HeadSettings.window * factor
        while range <= longest {
            var ranges: [Int64: [BlockMeta]] = [:]
            for block in blocks where block.end - block.start < range {
                let place = Self.floor(block.start, range)
                if block.end <= place + range && place + range <= end { ranges[place, default: []].append(block) }
            }
            if let first = ranges.filter({ $0.value.count > 1 }).min(by: { $0.key < $1.key }) {
                return first.value.map(\.name)
            }
            let (next, isTooLong) = range.multipliedReportingOverflow(by: factor)
            if isTooLong { return nil }
            range = next
        }
        return nil
    }

    private static func floor(_ time: Int64, _ range: Int64) -> Int64 {
        let rest = time % range
        return time - (rest < 0 ? rest + range : rest)
    }
}
