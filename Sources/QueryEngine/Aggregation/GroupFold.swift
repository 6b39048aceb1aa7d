import Model
import PromQL

/// Folds series into groups as they come: sum, avg, count, min, max, group, stddev, stdvar. Memory follows
/// groups x steps.
struct GroupFold: UnitPartial {
    static let joinsUnits = true

    let operation: AggregationOperator
    let steps: Int
    var groups: GroupTable
    /// Per group and step: the running sum, extreme, count or sum of squares; absent until a number came.
    var values: [Double] = []
    /// The compensation of a sum or the mean of a variance.
    var seconds: [Double] = []
    /// Numbers seen; negative from where an average goes on as running mean.
    var counts: [Double] = []
    /// Per group whether it has a number at every step: loops over such a group and a full row have no branches.
    var isDense: [Bool] = []
    /// Per group the full rows that `count` has yet to add to each of its steps.
    var uncounted: [Int] = []
    /// Groups with a member that loses its name at the end; they then lose theirs.
    var nameLosers: Set<Int> = []

    init(_ plan: AggregationPlan, steps: Int, isNameless: Bool) {
        operation = plan.operation
        self.steps = steps
        groups = GroupTable(
            LabelProjection(grouping: plan.grouping, isWithout: plan.isWithout, isNameless: isNameless))
    }

    /// The fold is one of those this type computes.
    static func handles(_ operation: AggregationOperator) -> Bool {
        switch operation {
        case .sum, .avg, .count, .min, .max, .group, .stddev, .stdvar: return true
        case .topk, .bottomk, .quantile, .countValues, .limitk, .limitRatio: return false
        }
    }

    /// Parts of a selection can be folded by themselves and merged. A variance would lose digits.
    static func merges(_ operation: AggregationOperator) -> Bool {
        handles(operation) && operation != .stddev && operation != .stdvar
    }

    /// A list that grows is there twice while it moves.
    var bytes: Int {
        (2 * values.count + seconds.count + counts.count) * 8 + isDense.count * 10 + nameLosers.count * 32
            + groups.bytes
    }

    var groupCount: Int { groups.entries.count }

    /// Memory follows the groups.
    mutating func reserve(_ series: Int) {}

    mutating func add(_ row: SeriesRow) {
        let group = groups.group(of: row)
        let isNew = group * steps == values.count
        if isNew { addGroup() }
        if row.losesName { nameLosers.insert(group) }
        if row.isFull, addFull(row.values, group, isNew: isNew) { return }
        switch operation {
        case .sum: addSum(row.values, group * steps)
        case .avg: addAverage(row.values, group * steps)
        case .stddev, .stdvar: addVariance(row.values, group * steps)
        case .count: update(row.values, group * steps, first: { _ in 1 }, { count, _ in count + 1 })
        case .min: update(row.values, group * steps, first: { $0 }, { $0 > $1 || $0.isNaN ? $1 : $0 })
        case .max: update(row.values, group * steps, first: { $0 }, { $0 < $1 || $0.isNaN ? $1 : $0 })
        default: update(row.values, group * steps, first: { _ in 1 }, { one, _ in one })
        }
        if row.isFull { isDense[group] = true }
    }

    mutating func addGroup() {
        values.append(contentsOf: repeatElement(.absent, count: steps))
        isDense.append(false)
        switch operation {
        case .sum: seconds.append(contentsOf: repeatElement(0, count: steps))
        case .count: uncounted.append(0)
        case .avg, .stddev, .stdvar:
            seconds.append(contentsOf: repeatElement(0, count: steps))
            counts.append(contentsOf: repeatElement(0, count: steps))
        default: break
        }
    }

    @inline(__always) private mutating func update(
        _ row: UnsafeMutablePointer<Double>, _ base: Int, first: (Double) -> Double,
        _ next: (Double, Double) -> Double
    ) {
        let steps = steps
        values.withUnsafeMutableBufferPointer { values in
            for step in 0..<steps where !row[step].isAbsent {
                let held = values[base + step]
                values[base + step] = held.isAbsent ? first(row[step]) : next(held, row[step])
            }
        }
    }

    private mutating func addSum(_ row: UnsafeMutablePointer<Double>, _ base: Int) {
        let steps = steps
        values.withUnsafeMutableBufferPointer { values in
            seconds.withUnsafeMutableBufferPointer { compensations in
                for step in 0..<steps where !row[step].isAbsent {
                    let held = values[base + step]
                    if held.isAbsent {
                        values[base + step] = row[step]
                        continue
                    }
                    var sum = CompensatedSum(sum: held, compensation: compensations[base + step])
                    sum.add(row[step])
                    values[base + step] = sum.sum
                    compensations[base + step] = sum.compensation
                }
            }
        }
    }

    private mutating func addAverage(_ row: UnsafeMutablePointer<Double>, _ base: Int) {
        for step in 0..<steps where !row[step].isAbsent {
            let cell = base + step
            let value = row[step]
            if values[cell].isAbsent {
                values[cell] = value
                counts[cell] = 1
                continue
            }
            let count = counts[cell].magnitude + 1
            if counts[cell] > 0 {
                var sum = CompensatedSum(sum: values[cell], compensation: seconds[cell])
                sum.add(value)
                if !sum.sum.isInfinite {
                    values[cell] = sum.sum
                    seconds[cell] = sum.compensation
                    counts[cell] = count
                    continue
                }
                // The sum would overflow: from here on the mean is carried, not the sum.
                values[cell] /= count - 1
                seconds[cell] /= count - 1
            }
            let weight = (count - 1) / count
            var mean = CompensatedSum(sum: weight * values[cell], compensation: weight * seconds[cell])
            mean.add(value / count)
            values[cell] = mean.sum
            seconds[cell] = mean.compensation
            counts[cell] = -count
        }
    }

    /// Welford's method.
    private mutating func addVariance(_ row: UnsafeMutablePointer<Double>, _ base: Int) {
        for step in 0..<steps where !row[step].isAbsent {
            let cell = base + step
            let value = row[step]
            counts[cell] += 1
            if values[cell].isAbsent {
                values[cell] = value.isFinite ? 0 : .ordinaryNaN
                seconds[cell] = value
                continue
            }
            let difference = value - seconds[cell]
            seconds[cell] += difference / counts[cell]
            values[cell] += difference * (value - seconds[cell])
        }
    }

    /// One series per group that got a number.
    mutating func finish(_ room: inout GrowingRoom, _ limits: QueryLimits) throws(QueryError) -> SeriesColumns {
        try addUncounted(limits)
        var pace = Pace(limits)
        try pace.runs(of: values.count) { run throws(QueryError) in finish(run) }
        let labels = values.isEmpty ? [] : groups.entries
        var result = SeriesColumns(labels: labels, values: values, steps: steps, reservation: room.reservation)
        result.setNameLosers(labels.indices.map { nameLosers.contains($0) })
        try room.settle(result)
        return result
    }

    private mutating func finish(_ cells: Range<Int>) {
        for cell in cells where !values[cell].isAbsent {
            switch operation {
            case .sum: values[cell] += seconds[cell]
            case .avg where counts[cell] > 0:
                values[cell] = values[cell] / counts[cell] + seconds[cell] / counts[cell]
            case .avg: values[cell] += seconds[cell]
            case .stdvar: values[cell] /= counts[cell]
            case .stddev: values[cell] = (values[cell] / counts[cell]).squareRoot()
            default: break
            }
        }
    }
}
