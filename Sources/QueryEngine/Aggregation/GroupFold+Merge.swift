import Model
import PromQL

extension GroupFold {
    /// Adds the groups of later series, as if those had come one by one; sums keep their compensation.
    mutating func merge(_ part: inout GroupFold, _ limits: QueryLimits) throws(QueryError) {
        if values.isEmpty {
            self = part
            values.reserveFirst(part.values.count * Self.mostParts)
            if !seconds.isEmpty { seconds.reserveFirst(part.seconds.count * Self.mostParts) }
            if !counts.isEmpty { counts.reserveFirst(part.counts.count * Self.mostParts) }
            return
        }
        try addUncounted(limits)
        try part.addUncounted(limits)
        var pace = Pace(limits)
        for (place, labels) in part.groups.entries.enumerated() where place * steps < part.values.count {
            try pace.did(steps + Pace.labels)
            let group = groups.index(of: labels)
            if group * steps == values.count { addGroup() }
            if part.nameLosers.contains(place) { nameLosers.insert(group) }
            if isDense[group], part.isDense[place], mergeDense(part, from: place * steps, into: group * steps) {
                continue
            }
            merge(part, from: place * steps, into: group * steps)
            if part.isDense[place] { isDense[group] = true }
        }
    }

    private mutating func merge(_ part: GroupFold, from source: Int, into base: Int) {
        for step in 0..<steps where !part.values[source + step].isAbsent {
            let cell = base + step
            let value = part.values[source + step]
            if values[cell].isAbsent {
                values[cell] = value
                if !seconds.isEmpty { seconds[cell] = part.seconds[source + step] }
                if !counts.isEmpty { counts[cell] = part.counts[source + step] }
                continue
            }
            switch operation {
            case .sum: mergeSum(cell, value, part.seconds[source + step])
            case .avg: mergeAverage(cell, value, part.seconds[source + step], count: part.counts[source + step])
            case .count: values[cell] += value
            case .min: if values[cell] > value || values[cell].isNaN { values[cell] = value }
            case .max: if values[cell] < value || values[cell].isNaN { values[cell] = value }
            default: break
            }
        }
    }

    private mutating func mergeSum(_ cell: Int, _ value: Double, _ compensation: Double) {
        var sum = CompensatedSum(sum: values[cell], compensation: seconds[cell])
        sum.add(value)
        values[cell] = sum.sum
        seconds[cell] = sum.sum.isInfinite ? 0 : sum.compensation + compensation
    }

    private mutating func mergeAverage(_ cell: Int, _ value: Double, _ compensation: Double, count: Double) {
        let (own, other) = (counts[cell].magnitude, count.magnitude)
        let total = own + other
        if counts[cell] > 0, count > 0 {
            var sum = CompensatedSum(sum: values[cell], compensation: seconds[cell])
            sum.add(value)
            if !sum.sum.isInfinite {
                values[cell] = sum.sum
                seconds[cell] = sum.compensation + compensation
                counts[cell] = total
                return
            }
        }
        // One of the sums would overflow: both go on as means.
        let ownWeight = counts[cell] > 0 ? 1 / total : own / total
        let otherWeight = count > 0 ? 1 / total : other / total
        var mean = CompensatedSum(sum: values[cell] * ownWeight, compensation: seconds[cell] * ownWeight)
        mean.add(value * otherWeight)
        values[cell] = mean.sum
        seconds[cell] = mean.compensation + compensation * otherWeight
        counts[cell] = -total
    }
}
