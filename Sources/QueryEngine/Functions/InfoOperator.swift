import Model

/// info(): series take over the labels of info series that have the same `instance` and `job`.
struct InfoOperator {
    private static let identifying = ["instance", "job"]

    /// A group with its lists and its entry in the dictionary, whose key has its own bytes.
    private static let groupBytes = 512

    private let plan: InfoPlan
    private let base: SeriesColumns
    /// Times in seconds instead of values: of several series that say something, the newest sample counts.
    private let times: SeriesColumns
    private let context: QueryContext
    private let identity = LabelProjection(keeping: identifying)
    private var groups: [Group] = []
    private var room: GrowingRoom
    /// By identity the groups of all info metrics.
    private var groupsByIdentity: [Labels: [Int]] = [:]

    /// Info series of one metric with one identity.
    private struct Group {
        var members: [Int] = []
        /// Per step the member with the newest sample.
        var newest: [Int?] = []
    }

    init(_ plan: InfoPlan, _ base: SeriesColumns, _ times: SeriesColumns, _ context: QueryContext)
        throws(QueryError)
    {
        self.plan = plan
        self.base = base
        self.times = times
        self.context = context
        room = try GrowingRoom(context.budget, purpose: "\(times.count) info series x \(times.steps) steps")
        try findGroups()
        try room.add(bytes: groups.count * times.steps * MemoryLayout<Int?>.stride)
        for group in groups.indices { groups[group].newest = try newest(of: groups[group].members) }
    }

    func evaluate() throws(QueryError) -> SeriesColumns {
        let needsInfo = plan.dataMatchers.contains { !$0.matchesEmpty }
        let steps = base.steps
        var labels: [Labels] = []
        var values: [Double] = []
        var nameLosers: [Bool] = []
        var labelBytes = 0
        var room = try GrowingRoom(context.budget, purpose: "info() of \(base.count) series x \(steps) steps")
        var key: [UInt8] = []
        for (series, own) in base.labels.enumerated() {
            try context.checkpoint()
            let candidates = isInfo(own) ? [] : groupsByIdentity[identity.labels(own, &key)] ?? []
            var rows: [[Int]: Int] = [:]
            for step in 0..<steps where !base.values[series * steps + step].isAbsent {
                let chosen = candidates.compactMap { groups[$0].newest[step] }
                if chosen.isEmpty, needsInfo, !isInfo(own) { continue }
                let row = rows[chosen] ?? labels.count
                if row == labels.count {
                    rows[chosen] = row
                    labels.append(try enriched(own, chosen))
                    nameLosers.append(base.losesName(series))
                    values.append(contentsOf: repeatElement(.absent, count: steps))
                    labelBytes += labels[row].heldBytes
                    try room.set(samples: values.count, bytes: values.count * 2 * 8 + labelBytes)
                }
                values[row * steps + step] = base.values[series * steps + step]
            }
        }
        var result = SeriesColumns(labels: labels, values: values, steps: steps, reservation: room.reservation)
        try room.settle(result)
        result.setNameLosers(nameLosers)
        try result.mergeEqualLabels(context.limits)
        return result
    }

    /// Series that are sources themselves stay as they are.
    private func isInfo(_ labels: Labels) -> Bool {
        let name = labels.metricName
        return plan.nameMatchers.allSatisfy { $0.matches(name) }
    }

    private mutating func findGroups() throws(QueryError) {
        // What no series asks for is left out, so that it cannot be in conflict either.
        var wanted: [String: Set<String>] = [:]
        var pace = Pace(context.limits)
        for labels in base.labels where !isInfo(labels) {
            try pace.did(Pace.labels)
            for name in Self.identifying {
                if let value = labels[name] { wanted[name, default: []].insert(value) }
            }
        }
        if wanted.isEmpty { return }
        let metricAndIdentity = LabelProjection(keeping: Self.identifying + [LabelNames.metric])
        var table = LabelTable()
        var key: [UInt8] = []
        for (series, labels) in times.labels.enumerated() {
            try pace.did(Pace.labels)
            guard wanted.allSatisfy({ $0.value.contains(labels[$0.key] ?? "") }) else { continue }
            metricAndIdentity.project(labels, into: &key)
            let (group, isNew) = table.index(of: key)
            if isNew {
                groups.append(Group())
                try room.set(bytes: table.bytes + groups.count * Self.groupBytes)
                groupsByIdentity[identity.labels(labels, &key), default: []].append(group)
            }
            groups[group].members.append(series)
        }
    }

    private func newest(of members: [Int]) throws(QueryError) -> [Int?] {
        var result = [Int?](repeating: nil, count: times.steps)
        var pace = Pace(context.limits)
        for series in members {
            try pace.did(times.steps)
            for step in 0..<times.steps {
                let time = times.values[series * times.steps + step]
                if time.isAbsent { continue }
                guard let other = result[step] else {
                    result[step] = series
                    continue
                }
                let known = times.values[other * times.steps + step]
                if time > known { result[step] = series }
                guard time == known, hasBase(step) else { continue }
                let milliseconds = Int64(time * 1000)
                throw .execution(
                    "found duplicate series for info metric: existing \(times.labels[other]) @ \(milliseconds), "
                        + "new \(times.labels[series]) @ \(milliseconds)")
            }
        }
        return result
    }

    private func hasBase(_ step: Int) -> Bool {
        (0..<base.count).contains { !base.values[$0 * base.steps + step].isAbsent }
    }

    private func enriched(_ own: Labels, _ infos: [Int]) throws(QueryError) -> Labels {
        var added = LabelsBuilder()
        let names = Set(plan.dataMatchers.map(\.name))
        for series in infos {
            for label in times.labels[series].array where label.name != LabelNames.metric {
                if !names.isEmpty, !names.contains(label.name) { continue }
                if let other = added[label.name], other != label.value {
                    throw .execution("conflicting label: \(label.name)")
                }
                if own[label.name] == nil { added.set(label.name, label.value) }
            }
        }
        var result = LabelsBuilder(own)
        for label in added.labels().array { result.set(label.name, label.value) }
        return result.labels()
    }
}
