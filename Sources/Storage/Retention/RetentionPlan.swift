/// Which blocks are to go because they are too old or too many.
enum RetentionPlan {
    /// Blocks whose samples all lie more than `retention` milliseconds before the newest sample of any block: as long
    /// as nothing new comes, nothing goes, whatever the clock says.
    static func expired(_ blocks: [BlockMeta], retention: Int64) -> [BlockName] {
        guard let newest = blocks.map(\.lastTime).max() else { return [] }
        let (floor, underflow) = newest.subtractingReportingOverflow(retention)
        return underflow ? [] : blocks.filter { $0.lastTime < floor }.map(\.name)
    }

    /// The oldest blocks, as many as have to go for the rest to fit.
    /// - Parameters:
    ///   - sizes: bytes of each block.
    ///   - used: bytes that other files take.
    static func excess(_ blocks: [(meta: BlockMeta, size: Int)], used: Int, limit: Int) -> [BlockName] {
        var total = blocks.reduce(used) { $0 + $1.size }
        var names: [BlockName] = []
        for block in blocks.sorted(by: { $0.meta.lastTime < $1.meta.lastTime }) where total > limit {
            total -= block.size
            names.append(block.meta.name)
        }
        return names
    }
}
