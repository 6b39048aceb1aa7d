import Model
import PromQL

/// Series sorted into groups, for aggregations that look at all members of a group at once.
struct GroupedRows {
    /// The groups' labels, in the order of their first series.
    let labels: [Labels]
    /// Per group its series, ascending.
    let members: [[Int]]

    /// A list, its place in the list of groups, and a series in it.
    private static let groupBytes = 48 + 8
    private static let seriesBytes = 2 * 8
    private let room: GrowingRoom

    init(_ columns: SeriesColumns, _ plan: AggregationPlan, _ limits: QueryLimits) throws(QueryError) {
        let projection = LabelProjection(grouping: plan.grouping, isWithout: plan.isWithout)
        var table = LabelTable()
        var members: [[Int]] = []
        var pace = Pace(limits)
        var key: [UInt8] = []
        var room = try GrowingRoom(
            limits.budget, purpose: "groups of \(plan.argument.text) with \(columns.count) series")
        try room.add(bytes: columns.count * Self.seriesBytes)
        let fixed = room.bytes
        for (series, labels) in columns.labels.enumerated() {
            try pace.did(Pace.labels)
            projection.project(labels, into: &key)
            let (group, isNew) = table.index(of: key)
            if isNew {
                members.append([])
                try room.set(bytes: fixed + table.bytes + members.count * Self.groupBytes)
            }
            members[group].append(series)
        }
        labels = table.entries
        self.members = members
        self.room = room
    }
}
