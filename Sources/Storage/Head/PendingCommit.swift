/// What the commit under way has changed and not yet published.
struct PendingCommit {
    /// A cell of a committed row, to be set when the journal has it.
    struct Fill {
        /// Group, row and column, in the order in which they are sorted.
        let place: UInt64
        let bits: UInt64

        /// - Parameter group: its index among the groups of the commit.
        init(group: Int, row: Int, column: Int, bits: UInt64) {
            place = UInt64(group) << 32 | UInt64(row) << 16 | UInt64(column)
            self.bits = bits
        }

        var group: Int { Int(place >> 32) }
        var row: Int { Int(place >> 16 & 0xFFFF) }
        var column: Int { Int(place & 0xFFFF) }
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
    private(set) var groups: [RowGroup] = []
    private(set) var fills: [Fill] = []
    private(set) var late: [Late] = []
    /// Values of late samples, to find the same sample twice in a batch.
    private var lateValues: [SampleKey: UInt64] = [:]
    /// The newest fill of a series, of as many fills as `indexedFills` says.
    private var newestFills: [UInt32: (time: Int64, bits: UInt64)] = [:]
    private var indexedFills = 0
    /// Records whose newest sample is one of this commit, with what they go back to when it fails.
    var undo: [(reference: UInt32, newest: Int64, bits: UInt64)] = []
    /// Series that have left one timeline for another one.
    var moved: [(reference: UInt32, former: UInt32)] = []

    var isEmpty: Bool { groups.isEmpty && late.isEmpty }

    mutating func touch(_ group: RowGroup) {
        if group.isTouched { return }
        group.pendingIndex = groups.count
        groups.append(group)
    }

    /// Notes a cell of a committed row. Whether the commit has another one for it is found out by `settleFills`.
    @inline(__always)
    mutating func fill(_ group: RowGroup, row: Int, column: Int, bits: UInt64) {
        touch(group)
        fills.append(Fill(group: group.pendingIndex ?? 0, row: row, column: column, bits: bits))
    }

    /// Puts fills in the order of their places. Of several for one cell the first stays; `repeated` is called with
    /// the others and that one.
    mutating func settleFills(repeated: (_ bits: UInt64, _ first: UInt64) -> Void) {
        let isOrdered = fills.withUnsafeBufferPointer { fills in
            var index = 1
            while index < fills.count && fills[index - 1].place < fills[index].place { index += 1 }
            return index >= fills.count
        }
        if isOrdered { return }
        let order = fills.indices.sorted { (fills[$0].place, $0) < (fills[$1].place, $1) }
        var settled: [Fill] = []
        settled.reserveCapacity(fills.count)
        for index in order {
            let fill = fills[index]
            if let last = settled.last, last.place == fill.place {
                repeated(fill.bits, last.bits)
            } else {
                settled.append(fill)
            }
        }
        fills = settled
    }

    /// The newest fill of a series. Only samples that do not follow a layout ask.
    mutating func newestFill(of reference: UInt32) -> (time: Int64, bits: UInt64)? {
        while indexedFills < fills.count {
            let fill = fills[indexedFills]
            indexedFills += 1
            let group = groups[fill.group]
            let series = group.layout[fill.column] & ~RowGroup.departed
            let time = group.time(ofRow: fill.row)
            if time > newestFills[series]?.time ?? .min { newestFills[series] = (time, fill.bits) }
        }
        return newestFills.isEmpty ? nil : newestFills[reference]
    }

    mutating func add(late reference: UInt32, _ time: Int64, _ bits: UInt64) {
        lateValues[SampleKey(reference: reference, time: time)] = bits
        late.append(Late(reference: reference, time: time, bits: bits))
    }

    func lateValue(of reference: UInt32, at time: Int64) -> UInt64? {
        lateValues.isEmpty ? nil : lateValues[SampleKey(reference: reference, time: time)]
    }

    mutating func removeAll() {
        for group in groups { group.pendingIndex = nil }
        groups.removeAll(keepingCapacity: true)
        fills.removeAll(keepingCapacity: true)
        indexedFills = 0
        if !late.isEmpty { late.removeAll() }
        if !lateValues.isEmpty { lateValues.removeAll() }
        if !newestFills.isEmpty { newestFills.removeAll() }
        if !undo.isEmpty { undo.removeAll() }
        if !moved.isEmpty { moved.removeAll() }
    }
}
