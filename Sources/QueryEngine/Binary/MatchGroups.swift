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

    /// A series' number of its group, its place in the group's list and its part of the lists' growth.
    private static let seriesBytes = 8 + 2 * 8
    /// Two lists.
    private static let groupBytes = 2 * (8 + 48)
    private let room: GrowingRoom

    init(
        _ left: SeriesColumns, _ right: SeriesColumns, _ matching: VectorMatching, _ limits: QueryLimits
    ) throws(QueryError) {
        let projection = LabelProjection(matching: matching.isOn, matching.labels)
        var table = LabelTable(capacity: left.count)
        var key: [UInt8] = []
        var groups: [Group] = []
        var pace = Pace(limits)
        var room = try GrowingRoom(limits.budget, purpose: "matching \(left.count) with \(right.count) series")
        try room.add(bytes: (left.count + right.count) * Self.seriesBytes)
        let fixed = room.bytes
        func group(_ labels: Labels) throws(QueryError) -> Int {
            try pace.did(Pace.labels)
            projection.project(labels, into: &key)
            let (index, isNew) = table.index(of: key)
            if isNew {
                groups.append(Group())
                try room.set(bytes: fixed + table.bytes + groups.count * Self.groupBytes)
            }
            return index
        }
        leftGroups = try left.labels.map { labels throws(QueryError) in try group(labels) }
        rightGroups = try right.labels.map { labels throws(QueryError) in try group(labels) }
        for (series, group) in leftGroups.enumerated() { groups[group].left.append(series) }
        for (series, group) in rightGroups.enumerated() { groups[group].right.append(series) }
        self.groups = groups
        self.room = room
    }
}
