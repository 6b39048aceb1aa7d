import Model
import PromQL

/// The series of two sides sorted by the labels that have to be equal.
struct MatchGroups {
    struct Group {
        var left: [Int] = []
        var right: [Int] = []
    }

    private(set) var groups: [Group] = []
    /// Per left series its group.
    let leftGroups: [Int]
    let rightGroups: [Int]

    init(_ left: SeriesColumns, _ right: SeriesColumns, _ matching: VectorMatching) {
        let projection = LabelProjection(matching: matching.isOn, matching.labels)
        var table = LabelTable(capacity: left.count)
        var key: [UInt8] = []
        var groups: [Group] = []
        func group(_ labels: Labels) -> Int {
            projection.project(labels, into: &key)
            let (index, isNew) = table.index(of: key)
            if isNew { groups.append(Group()) }
            return index
        }
        leftGroups = left.labels.map { group($0) }
        rightGroups = right.labels.map { group($0) }
        for (series, group) in leftGroups.enumerated() { groups[group].left.append(series) }
        for (series, group) in rightGroups.enumerated() { groups[group].right.append(series) }
        self.groups = groups
    }
}
