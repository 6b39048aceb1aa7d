/// What the commit under way has changed and not yet published.
struct PendingCommit {
    /// A cell of a committed row, to be set when the journal has it.
    struct Fill {
        var group: RowGroup
        var row: Int
        var column: Int
        var bits: UInt64
    }

    struct Late {
        var reference: UInt32
        var time: Int64
        var bits: UInt64
    }

    struct SampleKey: Hashable {
        var reference: UInt32
        var time: Int64
    }

    /// Groups with uncommitted rows or fills, in the order they were touched.
    var groups: [RowGroup] = []
    var fills: [Fill] = []
    var late: [Late] = []
    /// Values of fills and late samples, to find the same sample twice in a batch.
    var values: [SampleKey: UInt64] = [:]
    /// The newest fill of a series.
    var newestFill: [UInt32: (time: Int64, bits: UInt64)] = [:]
    /// Records whose newest sample is one of this commit, with what they go back to when it fails.
    var undo: [(reference: UInt32, newest: Int64, bits: UInt64)] = []

    var isEmpty: Bool { groups.isEmpty && late.isEmpty }

    mutating func touch(_ group: RowGroup) {
        if group.isTouched { return }
        group.isTouched = true
        groups.append(group)
    }

    mutating func removeAll() {
        for group in groups { group.isTouched = false }
        groups.removeAll(keepingCapacity: true)
        if !fills.isEmpty { fills.removeAll() }
        if !late.isEmpty { late.removeAll() }
        if !values.isEmpty { values.removeAll() }
        if !newestFill.isEmpty { newestFill.removeAll() }
        if !undo.isEmpty { undo.removeAll() }
    }
}
