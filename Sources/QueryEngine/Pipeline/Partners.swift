import Model
import PromQL

/// Per series of a selection the number of the group of the other side that it matches.
struct Partners: Sendable {
    private let groups: [Int32]
    /// Keeps the room in the query's budget.
    private let room: Reservation

    /// Bytes per series.
    static let seriesBytes = 4

    init(_ groups: [Int32], _ room: Reservation) {
        self.groups = groups
        self.room = room
    }

    subscript(series: Int) -> Int? { groups[series] < 0 ? nil : Int(groups[series]) }

    /// No two series match the same one of `count` groups.
    func areDistinct(of count: Int) -> Bool {
        var isTaken = [Bool](repeating: false, count: count)
        for group in groups where group >= 0 {
            if isTaken[Int(group)] { return false }
            isTaken[Int(group)] = true
        }
        return true
    }
}

extension Evaluator {
    /// Looks the labels of all series up in the other side's table.
    func partners(
        of pipeline: RowPipeline, in table: LabelTable, _ matching: VectorMatching
    ) throws(QueryError) -> Partners {
        let selection = pipeline.rows
        let matching = LabelProjection(matching: matching.isOn, matching.labels, isNameless: pipeline.isNameless)
        let count = selection.seriesCount
        let room = try context.budget.reserve(
            samples: 0, bytes: count * Partners.seriesBytes, purpose: "matching \(count) with \(table.count) series")
        let buffer = UnsafeMutableBufferPointer<Int32>.allocate(capacity: count)
        defer { buffer.deallocate() }
        // Few labels have few values: their numbers find a group without putting label sets together.
        let keys = matching.isKeeping ? matching.keys(of: selection) : nil
        // Sendable: each thread writes to runs of its own, and all have ended when the job has.
        nonisolated(unsafe) let groups = buffer
        let job = RangeJob(count: count, limits: context.limits) { range in
            var lookup = PartnerLookup(selection, keys, table, matching)
            for series in range { groups[series] = Int32(lookup.group(of: series) ?? -1) }
        }
        try job.run(context.workers)
        return Partners(Array(buffer), room)
    }
}

/// Finds groups for one thread.
private struct PartnerLookup {
    private let selection: any Selection
    private let keys: (any LabelKeys)?
    private let table: LabelTable
    private let matching: LabelProjection
    private var known = KeyTable()
    private var key: [UInt32] = []
    private var text: [UInt8] = []

    init(
        _ selection: any Selection, _ keys: (any LabelKeys)?, _ table: LabelTable, _ matching: LabelProjection
    ) {
        self.selection = selection
        self.keys = keys
        self.table = table
        self.matching = matching
    }

    mutating func group(of series: Int) -> Int? {
        key.removeAll(keepingCapacity: true)
        guard let keys, keys.append(of: series, to: &key) else { return find(series) }
        if let group = known.find(key) { return group < 0 ? nil : group }
        let group = find(series)
        known.insert(key, group ?? -1)
        return group
    }

    private mutating func find(_ series: Int) -> Int? {
        matching.project(selection.labels(of: series), into: &text)
        return table.find(text)
    }
}
