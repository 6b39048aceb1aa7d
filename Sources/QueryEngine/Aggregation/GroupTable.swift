import Model

/// Numbers the groups of an aggregation in the order of their first series.
struct GroupTable {
    private(set) var groups = LabelTable()
    private let projection: LabelProjection
    /// Groups by what the selection knows of a series' labels without putting them together.
    private var known = KeyTable()
    private var keys: (any LabelKeys)?
    private var hasKeys = false
    private var key: [UInt32] = []
    private var text: [UInt8] = []

    init(_ projection: LabelProjection) {
        self.projection = projection
        if projection.isEmpty { _ = groups.index(of: []) }
    }

    var entries: [Labels] { groups.entries }

    /// Bytes held.
    var bytes: Int { groups.bytes + known.bytes }

    /// There is one group whatever the labels are.
    var isSingle: Bool { projection.isEmpty }

    mutating func group(of row: SeriesRow) -> Int {
        if isSingle { return 0 }
        if !hasKeys {
            keys = projection.keys(of: row.selection)
            hasKeys = true
        }
        key.removeAll(keepingCapacity: true)
        guard let keys, keys.append(of: row.series, to: &key) else { return group(of: row.labels) }
        if let group = known.find(key) { return group }
        let group = group(of: row.labels)
        known.insert(key, group)
        return group
    }

    /// The group of series with these labels.
    mutating func group(of labels: Labels) -> Int {
        projection.project(labels, into: &text)
        return groups.index(of: text).index
    }

    /// The number of a group that another table has.
    mutating func index(of group: Labels) -> Int { groups.index(of: group).index }
}
