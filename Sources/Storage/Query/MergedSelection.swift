import Model
import Synchronization

/// The series a selector found in the head and in blocks.
final class MergedSelection: Selection {
    /// Units of one timeline follow each other, and no more threads read them than this in most machines.
    private static let chainsKept = 4

    private let head: HeadSelection
    private let plan: MergedPlan
    /// Those used last, the newest behind.
    private let chains = Mutex<[Chain]>([])

    init(_ head: HeadSelection, _ plan: MergedPlan) {
        self.head = head
        self.plan = plan
    }

    var seriesCount: Int { plan.seriesCount }
    var unitCount: Int { plan.units.count }

    func labels(of series: Int) -> Labels { plan.names.labels(of: series) }

    func keys(of names: [String], keeps: Bool) -> (any LabelKeys)? { plan.names.keys(of: names, keeps: keeps) }

    func estimatedSamples(inUnit unit: Int) -> Int {
        let unit = plan.units[unit]
        return unit.cells + (unit.head.map { head.estimatedSamples(inUnit: $0) } ?? 0)
    }

    func read(unit: Int, into slice: Slice) throws(SelectError) {
        let unit = plan.units[unit]
        guard let number = unit.head else { return try read(unit, Slice(), into: slice) }
        if unit.cells == 0 { return try head.read(unit: number, into: slice) }
        let recent = Slice()
        try head.read(unit: number, into: recent)
        try read(unit, recent, into: slice)
    }

    private func read(_ unit: MergedPlan.Unit, _ recent: Slice, into slice: Slice) throws(SelectError) {
        slice.removeAll()
        do throws(BlockError) {
            var reader = MergedUnit(plan: plan, recent: recent, slice: slice)
            try reader.read(unit, try unit.key.map { (key) throws(BlockError) in try chain(key) })
        } catch {
            throw SelectError(error)
        }
    }

    private func chain(_ key: UInt64) throws(BlockError) -> Chain {
        if let known = chains.withLock({ $0.first { $0.key == key } }) { return known }
        let chain = try Chain(key, plan)
        chains.withLock { chains in
            chains.append(chain)
            if chains.count > Self.chainsKept { chains.removeFirst() }
        }
        return chain
    }
}
