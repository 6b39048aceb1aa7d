import Model
import PromQL

/// Series sorted into groups, for aggregations that look at all members of a group at once.
struct GroupedRows {
    /// The groups' labels, in the order of their first series.
    let labels: [Labels]
    /// Per group its series, ascending.
    let members: [[Int]]

    init(_ columns: SeriesColumns, _ plan: AggregationPlan) {
        let projection = LabelProjection(grouping: plan.grouping, isWithout: plan.isWithout)
        var table = LabelTable()
        var members: [[Int]] = []
        var key: [UInt8] = []
        for (series, labels) in columns.labels.enumerated() {
            projection.project(labels, into: &key)
            let (group, isNew) = table.index(of: key)
            if isNew { members.append([]) }
            members[group].append(series)
        }
        labels = table.entries
        self.members = members
    }
}
