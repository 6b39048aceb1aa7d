import CShims
import Model
import PromQL

/// Rows with a number at every step, which are nearly all there are: no step needs a look whether there is one, so the
/// loops compute several at once. The results are those of the general loops, bit by bit.
extension GroupFold {
    /// Adds such a row; false when the general loop has to.
    mutating func addFull(_ row: UnsafePointer<Double>, _ group: Int, isNew: Bool) -> Bool {
        let base = group * steps
        switch operation {
        case .count:
            uncounted[group] += 1
            return true
        case .group:
            if !isDense[group] { return false }
        case .sum, .min, .max:
            if isNew {
                replace(row, base)
                isDense[group] = true
                return true
            }
            guard isDense[group] else { return false }
            switch operation {
            case .sum: addToSums(row, base)
            case .min: choose(row, base) { $0 > $1 || $0.isNaN ? $1 : $0 }
            default: choose(row, base) { $0 < $1 || $0.isNaN ? $1 : $0 }
            }
        case .avg:
            if isNew {
                replace(row, base)
                for cell in base..<base + steps { counts[cell] = 1 }
                isDense[group] = true
                return true
            }
            return isDense[group] && addToAverages(row, base)
        default: return false
        }
        return true
    }

    private mutating func replace(_ row: UnsafePointer<Double>, _ base: Int) {
        let steps = steps
        values.withUnsafeMutableBufferPointer { values in
            if let values = values.baseAddress { (values + base).update(from: row, count: steps) }
        }
    }

    private mutating func addToSums(_ row: UnsafePointer<Double>, _ base: Int) {
        let steps = steps
        values.withUnsafeMutableBufferPointer { values in
            seconds.withUnsafeMutableBufferPointer { compensations in
                guard let values = values.baseAddress, let compensations = compensations.baseAddress else { return }
                cshims_add_compensated(row, values + base, compensations + base, steps, VectorWidth.bits)
            }
        }
    }

    @inline(__always) private mutating func choose(
        _ row: UnsafePointer<Double>, _ base: Int, _ choice: (Double, Double) -> Double
    ) {
        let steps = steps
        values.withUnsafeMutableBufferPointer { values in
            guard let values = values.baseAddress.map({ $0 + base }) else { return }
            for step in 0..<steps { values[step] = choice(values[step], row[step]) }
        }
    }

    /// False, with nothing added, when an average is or becomes a running mean.
    private mutating func addToAverages(_ row: UnsafePointer<Double>, _ base: Int) -> Bool {
        let steps = steps
        return values.withUnsafeMutableBufferPointer { values in
            seconds.withUnsafeMutableBufferPointer { compensations in
                counts.withUnsafeMutableBufferPointer { counts in
                    guard let values = values.baseAddress.map({ $0 + base }),
                        let compensations = compensations.baseAddress.map({ $0 + base }),
                        let counts = counts.baseAddress.map({ $0 + base })
                    else { return false }
                    return cshims_add_compensated_counted(row, values, compensations, counts, steps, VectorWidth.bits)
                }
            }
        }
    }

    /// Puts the rows that were only counted into the counts.
    mutating func addUncounted(_ limits: QueryLimits) throws(QueryError) {
        var pace = Pace(limits)
        for group in uncounted.indices where uncounted[group] > 0 {
            let rows = Double(uncounted[group])
            for cell in group * steps..<(group + 1) * steps {
                values[cell] = values[cell].isAbsent ? rows : values[cell] + rows
            }
            try pace.did(steps)
            uncounted[group] = 0
            isDense[group] = true
        }
    }

    /// Adds a group of another fold that has a number at every step to one of this that has, too.
    mutating func mergeDense(_ part: GroupFold, from source: Int, into base: Int) -> Bool {
        part.values.withUnsafeBufferPointer { numbers in
            guard let row = numbers.baseAddress.map({ $0 + source }) else { return false }
            switch operation {
            case .sum: mergeSums(row, part, from: source, into: base)
            case .avg: return mergeAverages(row, part, from: source, into: base)
            case .count: choose(row, base) { $0 + $1 }
            case .min: choose(row, base) { $0 > $1 || $0.isNaN ? $1 : $0 }
            case .max: choose(row, base) { $0 < $1 || $0.isNaN ? $1 : $0 }
            case .group: break
            default: return false
            }
            return true
        }
    }

    private mutating func mergeSums(
        _ row: UnsafePointer<Double>, _ part: GroupFold, from source: Int, into base: Int
    ) {
        let steps = steps
        addToSums(row, base)
        values.withUnsafeBufferPointer { values in
            seconds.withUnsafeMutableBufferPointer { own in
                part.seconds.withUnsafeBufferPointer { others in
                    guard let values = values.baseAddress.map({ $0 + base }),
                        let own = own.baseAddress.map({ $0 + base }),
                        let others = others.baseAddress.map({ $0 + source })
                    else { return }
                    for step in 0..<steps {
                        own[step] = values[step].magnitude == .infinity ? 0 : own[step] + others[step]
                    }
                }
            }
        }
    }
}

extension GroupFold {
    /// False, with nothing merged, when an average is or becomes a running mean.
    private mutating func mergeAverages(
        _ row: UnsafePointer<Double>, _ part: GroupFold, from source: Int, into base: Int
    ) -> Bool {
        for step in 0..<steps {
            let isMean = counts[base + step] < 0 || part.counts[source + step] < 0
            if isMean || (values[base + step] + row[step]).magnitude == .infinity { return false }
        }
        mergeSums(row, part, from: source, into: base)
        for step in 0..<steps { counts[base + step] += part.counts[source + step] }
        return true
    }
}
