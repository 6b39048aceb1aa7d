import Model
import Platform
import PromQL

/// topk, bottomk, limitk, limit_ratio: some series of each group keep their numbers, chosen anew at every step. Holds
/// what is chosen so far and the labels of those series only, so memory follows groups x steps x k.
struct SelectionFold {
    private typealias Choice = ChoiceHeap.Choice

    /// Bytes of a choice in a list that grows, of a list with its threshold, and of a chosen series' place in tables.
    private static let choiceBytes = 2 * MemoryLayout<Choice>.stride
    private static let cellBytes = 48 + 16
    private static let seriesBytes = 128

    private let operation: AggregationOperator
    private let ranking: ChoiceHeap.Ranking
    private let parameter: [Double]
    private let steps: Int
    private let isNameless: Bool
    private var groups: GroupTable
    /// Per group and step.
    private var choices: [ChoiceHeap] = []
    /// Per group and step the rank below which nothing is chosen any more; a flat array, as most numbers end here.
    private var thresholds: [Double] = []
    /// Of all series that were chosen at any time.
    private var labels: [Int: Labels] = [:]
    /// Of those the ones that lose their names at the end of the evaluation.
    private var nameLosers: Set<Int> = []
    /// Choices held at present.
    private(set) var size = 0
    private var labelBytes = 0

    /// Bytes held.
    var bytes: Int {
        size * Self.choiceBytes + choices.count * Self.cellBytes + labels.count * Self.seriesBytes + labelBytes
            + groups.bytes
    }

    /// `parameter`: one number per step.
    init(_ plan: AggregationPlan, parameter: [Double], steps: Int, isNameless: Bool, _ context: QueryContext)
        throws(QueryError)
    {
        operation = plan.operation
        switch plan.operation {
        case .topk: ranking = .highest
        case .bottomk: ranking = .lowest
        default: ranking = .first
        }
        self.parameter = parameter
        self.steps = steps
        self.isNameless = isNameless
        groups = GroupTable(
            LabelProjection(grouping: plan.grouping, isWithout: plan.isWithout, isNameless: isNameless))
        try Self.check(plan, parameter, context)
    }

    static func handles(_ operation: AggregationOperator) -> Bool {
        switch operation {
        case .topk, .bottomk, .limitk, .limitRatio: return true
        default: return false
        }
    }

    /// Every series' labels are looked at.
    var needsLabels: Bool { operation == .limitRatio }

    mutating func add(_ row: SeriesRow) {
        let group = groups.group(of: row)
        if group * steps == thresholds.count {
            choices.append(contentsOf: repeatElement(ChoiceHeap(), count: steps))
            thresholds.append(contentsOf: repeatElement(-.infinity, count: steps))
        }
        guard isCandidate(row, group * steps) else { return }
        let offset = operation == .limitRatio ? Self.sampleOffset(row.labels, isNameless) : 0
        var isChosen = false
        for step in 0..<steps where !row.values[step].isAbsent {
            if ranking.rank(row.values[step], row.series) < thresholds[group * steps + step] { continue }
            let choice = Choice(value: row.values[step], series: row.series)
            if choose(choice, group * steps + step, parameter[step], offset) { isChosen = true }
        }
        if !isChosen { return }
        if labels[row.series] == nil {
            let own = row.labels
            labels[row.series] = own
            labelBytes += own.heldBytes
        }
        if row.losesName { nameLosers.insert(row.series) }
    }

    /// Any number of the row is good enough to be looked at; most rows of a large group are not.
    private func isCandidate(_ row: SeriesRow, _ base: Int) -> Bool {
        thresholds.withUnsafeBufferPointer { thresholds in
            for step in 0..<steps where !row.values[step].isAbsent {
                if !(ranking.rank(row.values[step], row.series) < thresholds[base + step]) { return true }
            }
            return false
        }
    }

    private mutating func choose(_ choice: Choice, _ cell: Int, _ parameter: Double, _ offset: Double) -> Bool {
        if operation == .limitRatio {
            let ratio = max(-1, min(1, parameter))
            if ratio == 0 || (ratio > 0 ? offset >= ratio : offset < 1 + ratio) { return false }
            choices[cell].insert(choice, by: ranking)
            size += 1
            return true
        }
        if parameter < 1 { return false }
        let limit = parameter.rounded(.down)
        if Double(choices[cell].count) >= limit {
            guard let worst = choices[cell].worst, ranking.precedes(choice, worst) else { return false }
            choices[cell].replaceWorst(with: choice, by: ranking)
        } else {
            choices[cell].insert(choice, by: ranking)
            size += 1
        }
        if Double(choices[cell].count) >= limit, let worst = choices[cell].worst {
            let rank = ranking.rank(worst.value, worst.series)
            if !rank.isNaN { thresholds[cell] = rank }
        }
        return true
    }

    /// The chosen series with the numbers they were chosen for; at a single step in the order of choice.
    func finish(_ context: QueryContext, _ room: inout GrowingRoom) throws(QueryError) -> SeriesColumns {
        var places: [Int: Int] = [:]
        var chosen: [Int] = []
        var values: [Double] = []
        values.reserveFirst(labels.count * steps)
        var pace = Pace(context.limits)
        for (cell, heap) in choices.enumerated() {
            for choice in try heap.sorted(by: ranking, &pace) {
                try pace.did(Pace.labels)
                let place = places[choice.series] ?? chosen.count
                if place == chosen.count {
                    places[choice.series] = place
                    chosen.append(choice.series)
                    values.append(contentsOf: repeatElement(.absent, count: steps))
                    try pace.did(steps)
                    try room.set(
                        samples: values.count, bytes: bytes + values.count * 2 * 8 + chosen.count * Self.seriesBytes)
                }
                values[place * steps + cell % steps] = choice.value
            }
        }
        var result = SeriesColumns(
            labels: chosen.map { labels[$0] ?? .empty }, values: values, steps: steps, reservation: room.reservation)
        result.setNameLosers(chosen.map { nameLosers.contains($0) })
        try room.settle(result)
        if isNameless { try result.dropNames(isDelayed: false, context.limits) }
        return result
    }

    /// A number from 0 to 1 that depends on the labels alone, so that the same series are chosen every time: the hash
    /// that Prometheus takes, as a part of the largest possible one.
    private static func sampleOffset(_ labels: Labels, _ isNameless: Bool) -> Double {
        var buffer: [UInt8] = []
        let labels = isNameless ? LabelProjection.nameless.labels(labels, &buffer) : labels
        buffer.removeAll(keepingCapacity: true)
        labels.forEachBytes { name, value in
            append(name, to: &buffer)
            append(value, to: &buffer)
        }
        return Double(buffer.withUnsafeBytes { XXHash64.hash($0) }) / Double(UInt64.max)
    }

    /// As Prometheus holds label sets: the length in one byte, from 255 on in three more, little-endian.
    private static func append(_ field: UnsafeRawBufferPointer, to buffer: inout [UInt8]) {
        if field.count < 255 {
            buffer.append(UInt8(field.count))
        } else {
            buffer.append(255)
            for shift in [0, 8, 16] { buffer.append(UInt8(truncatingIfNeeded: field.count >> shift)) }
        }
        buffer.append(contentsOf: field)
    }

    private static func check(
        _ plan: AggregationPlan, _ parameter: [Double], _ context: QueryContext
    ) throws(QueryError) {
        let hasNaN = parameter.contains(where: \.isNaN)
        let smallest = parameter.min() ?? 0
        let largest = parameter.max() ?? 0
        if plan.operation == .limitRatio {
            if hasNaN { throw .execution("Ratio value is NaN") }
            guard let position = plan.parameter?.position else { return }
            if largest > 1 { context.annotations.add(.invalidRatio(largest, cappedTo: 1, at: position)) }
            if smallest < -1 { context.annotations.add(.invalidRatio(smallest, cappedTo: -1, at: position)) }
            return
        }
        if hasNaN { throw .execution("Parameter value is NaN") }
        if largest < 1 { return }
        // The bounds of 64-bit integers that a double can express.
        if smallest <= -9_223_372_036_854_775_808 {
            throw .execution("Scalar value \(AnnotationText.shortest(smallest)) underflows int64")
        }
        if largest >= 9_223_372_036_854_774_784 {
            throw .execution("Scalar value \(AnnotationText.shortest(largest)) overflows int64")
        }
    }
}
