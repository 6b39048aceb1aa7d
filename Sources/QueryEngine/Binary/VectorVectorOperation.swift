import Model
import PromQL

/// A binary operator between the matching series of two vectors.
///
/// Matching is done once per series, not per step: every pair of series whose matching labels are equal gives one
/// candidate series. What may not coincide is checked step by step only in groups where it can.
struct VectorVectorOperation {
    /// A candidate; a missing side is filled in.
    private struct Pair {
        var many: Int?
        var one: Int?
    }

    /// What coincides although it may not. Prometheus goes step by step, in each over the one side first, and stops
    /// at the first; here the groups are the outer loop.
    private struct Clash {
        var step: Int
        var isOnOneSide: Bool
        /// The later of the two series.
        var series: Int
        var text: String

        func precedes(_ other: Clash) -> Bool {
            if step != other.step { return step < other.step }
            if isOnOneSide != other.isOnOneSide { return isOnOneSide }
            return series < other.series
        }
    }

    /// Bytes of a result beside its numbers and its entry in the table: where its label set is, and which came before.
    private static let resultBytes = 2 * (8 + 8 + MemoryLayout<Int?>.stride + 1)

    private let plan: VectorVectorPlan
    private var clash: Clash?
    /// The side that may have several series per group, and the other one: sides are swapped for `group_right`.
    private let many: SeriesColumns
    private let one: SeriesColumns
    private let isSwapped: Bool
    private let steps: Int
    private let context: QueryContext
    private var resultLabels: MatchedLabels
    /// All result labels so far.
    private var known: LabelTable
    /// Per entry of `known` the last result with these labels, and per result the one before it.
    private var lastResults: [Int] = []
    private var previousResults: [Int?] = []
    private var labels: [Labels] = []
    private var nameLosers: [Bool] = []
    private var values: [Double] = []
    private var filler: [Double]
    private var pace: Pace

    init(_ plan: VectorVectorPlan, _ left: SeriesColumns, _ right: SeriesColumns, _ context: QueryContext) {
        self.plan = plan
        isSwapped = plan.matching.cardinality == .oneToMany
        many = isSwapped ? right : left
        one = isSwapped ? left : right
        steps = left.steps
        self.context = context
        resultLabels = MatchedLabels(plan, delaysNameRemoval: context.delaysNameRemoval)
        known = LabelTable(capacity: many.count)
        filler = [Double](repeating: 0, count: left.steps)
        pace = Pace(context.limits)
    }

    mutating func evaluate() throws(QueryError) -> SeriesColumns {
        let matches = try MatchGroups(many, one, plan.matching, context.limits)
        var room = try GrowingRoom(
            context.budget,
            purpose: "\(plan.operation.rawValue) between \(many.count) and \(one.count) series x \(steps) steps")
        // Most often each series of one side finds one partner; a side that finds several lets the list grow.
        values.reserveFirst(many.count * steps)
        for group in matches.groups {
            // Before it is taken: groups of many to many are as large as their product.
            let pairs = group.left.count * max(group.right.count, 1) + group.right.count
            try room.add(bytes: pairs * (steps * 8 + MemoryLayout<Pair>.stride))
            try evaluate(many: group.left, one: group.right)
            try room.set(
                samples: values.count,
                bytes: values.count * (values.count > many.count * steps ? 16 : 8) + known.bytes
                    + labels.count * Self.resultBytes)
        }
        if let clash { throw .execution(clash.text) }
        var result = SeriesColumns(
            labels: labels, values: values, steps: steps, nameLosers: nameLosers, reservation: room.reservation)
        try room.settle(result)
        if known.count < labels.count { try result.mergeEqualLabels(context.limits) }
        return result
    }

    private mutating func evaluate(many group: [Int], one partners: [Int]) throws(QueryError) {
        try checkOneSide(partners)
        try checkOneToOne(group, partners)
        let first = labels.count
        let pairs = try pairs(group, partners)
        for pair in pairs {
            try pace.did(Pace.labels)
            let result = resultLabels.labels(
                many: pair.many.map { many.labels[$0] }, one: pair.one.map { one.labels[$0] })
            let (index, isNew) = known.index(of: result)
            if isNew { lastResults.append(labels.count) }
            var previous = isNew ? nil : lastResults[index]
            lastResults[index] = labels.count
            previousResults.append(previous)
            while plan.matching.cardinality != .oneToOne, let earlier = previous, earlier >= first {
                try checkDistinct(pair, pairs[earlier - first], group, partners)
                previous = previousResults[earlier]
            }
            labels.append(result)
            if context.delaysNameRemoval { nameLosers.append(losesName(pair)) }
            try append(pair, group, partners)
        }
    }

    private func losesName(_ pair: Pair) -> Bool {
        plan.dropsName || pair.many.map { many.losesName($0) } ?? pair.one.map { one.losesName($0) } ?? false
    }

    private mutating func pairs(_ group: [Int], _ partners: [Int]) throws(QueryError) -> [Pair] {
        var pairs: [Pair] = []
        for series in group {
            try pace.did(partners.count + 1)
            for partner in partners { pairs.append(Pair(many: series, one: partner)) }
            if plan.matching.fillRight != nil { pairs.append(Pair(many: series, one: nil)) }
        }
        if plan.matching.fillLeft != nil { pairs += partners.map { Pair(many: nil, one: $0) } }
        return pairs
    }

    private mutating func append(_ pair: Pair, _ group: [Int], _ partners: [Int]) throws(QueryError) {
        try pace.did(steps)
        let start = values.count
        values.append(contentsOf: repeatElement(.absent, count: steps))
        switch (pair.many, pair.one) {
        case (let series?, let partner?):
            combine(many.values, series * steps, one.values, partner * steps, into: start)
        case (let series?, nil):
            for step in 0..<steps {
                try pace.did(partners.count)
                filler[step] = isPresent(one, partners, step) ? .absent : plan.matching.fillRight ?? .absent
            }
            combine(many.values, series * steps, filler, 0, into: start)
        case (nil, let partner?):
            for step in 0..<steps {
                try pace.did(group.count)
                filler[step] = isPresent(many, group, step) ? .absent : plan.matching.fillLeft ?? .absent
            }
            combine(filler, 0, one.values, partner * steps, into: start)
        case (nil, nil): break
        }
    }

    private mutating func combine(
        _ manySide: [Double], _ manyStart: Int, _ oneSide: [Double], _ oneStart: Int, into start: Int
    ) {
        // A filter between vectors keeps the left number.
        let comparison: ComparisonResult = plan.returnsBool ? .flag : .left
        manySide.withUnsafeBufferPointer { manySide in
            oneSide.withUnsafeBufferPointer { oneSide in
                values.withUnsafeMutableBufferPointer { values in
                    guard let a = manySide.baseAddress, let b = oneSide.baseAddress, let out = values.baseAddress
                    else { return }
                    let (left, right) = isSwapped ? (b + oneStart, a + manyStart) : (a + manyStart, b + oneStart)
                    ColumnOperation.apply(plan.operation, comparison, left, right, out + start, steps: steps)
                }
            }
        }
    }

    // MARK: What may not coincide

    /// Steps later than a clash that is known are of no interest.
    private var stepsToCheck: Range<Int> { 0..<(clash.map { $0.step + 1 } ?? steps) }

    private mutating func note(_ found: Clash) {
        if clash.map({ found.precedes($0) }) ?? true { clash = found }
    }

    /// The one side has at most one series of a group at any step.
    private mutating func checkOneSide(_ partners: [Int]) throws(QueryError) {
        guard partners.count > 1 else { return }
        let hasFill = plan.matching.fillLeft != nil || plan.matching.fillRight != nil
        for step in stepsToCheck {
            try pace.did(partners.count)
            let present = partners.filter { isPresent(one, $0, step) }
            if present.count < 2 { continue }
            try pace.did(many.count)
            guard hasFill || (0..<many.count).contains(where: { isPresent(many, $0, step) }) else { continue }
            let texts = present.prefix(2).map { one.labels[$0].description }.sorted(by: Labels.precedes)
            var key: [UInt8] = []
            let matched = LabelProjection(matching: plan.matching.isOn, plan.matching.labels)
                .labels(one.labels[present[0]], &key)
            let text =
                "found duplicate series for the match group \(matched) on the \(isSwapped ? "left" : "right") "
                + "hand-side of the operation: [\(texts.joined(separator: ", "))];many-to-many matching not "
                + "allowed: matching labels must be unique on one side"
            return note(Clash(step: step, isOnOneSide: true, series: present[1], text: text))
        }
    }

    /// Without group_left or group_right the other side has not more either, where there is something to match.
    private mutating func checkOneToOne(_ group: [Int], _ partners: [Int]) throws(QueryError) {
        guard plan.matching.cardinality == .oneToOne, group.count > 1 else { return }
        for step in stepsToCheck where plan.matching.fillRight != nil || isPresent(one, partners, step) {
            try pace.did(group.count)
            let present = group.filter { isPresent(many, $0, step) }
            guard present.count > 1 else { continue }
            let text = "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
            return note(Clash(step: step, isOnOneSide: false, series: present[1], text: text))
        }
    }

    /// Two pairs with equal labels are never there at the same step.
    private mutating func checkDistinct(
        _ first: Pair, _ second: Pair, _ group: [Int], _ partners: [Int]
    ) throws(QueryError) {
        try pace.did(stepsToCheck.count)
        func isMatched(_ pair: Pair, _ step: Int) -> Bool {
            let hasMany = pair.many.map { isPresent(many, $0, step) } ?? !isPresent(many, group, step)
            let hasOne = pair.one.map { isPresent(one, $0, step) } ?? !isPresent(one, partners, step)
            return hasMany && hasOne
        }
        for step in stepsToCheck where isMatched(first, step) && isMatched(second, step) {
            let text = "multiple matches for labels: grouping labels must ensure unique matches"
            return note(Clash(step: step, isOnOneSide: false, series: first.many ?? many.count, text: text))
        }
    }

    private func isPresent(_ columns: SeriesColumns, _ series: Int, _ step: Int) -> Bool {
        !columns.values[series * steps + step].isAbsent
    }

    private func isPresent(_ columns: SeriesColumns, _ series: [Int], _ step: Int) -> Bool {
        series.contains { isPresent(columns, $0, step) }
    }
}
