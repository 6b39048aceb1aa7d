import Model
import PromQL

/// topk, bottomk, limitk, limit_ratio: some series of each group keep their numbers, chosen anew at every step.
struct SelectionAggregation {
    private let plan: AggregationPlan
    private let parameter: [Double]
    private let columns: SeriesColumns
    private let context: QueryContext

    init(
        _ plan: AggregationPlan, _ columns: SeriesColumns, parameter: [Double], _ context: QueryContext
    ) {
        self.plan = plan
        self.columns = columns
        self.parameter = parameter
        self.context = context
    }

    func evaluate() throws(QueryError) -> SeriesColumns {
        try checkParameter()
        let steps = columns.steps
        let reservation = try context.budget.reserve(samples: columns.values.count, purpose: plan.operation.rawValue)
        var result = SeriesColumns(labels: columns.labels, steps: steps, reservation: reservation)
        var order: [Int] = []
        for members in GroupedRows(columns, plan).members {
            try context.checkpoint()
            let offsets = plan.operation == .limitRatio ? members.map { sampleOffset($0) } : []
            for step in 0..<steps {
                let chosen = choose(members, offsets, step)
                for series in chosen { result.values[series * steps + step] = columns.values[series * steps + step] }
                // A single evaluation comes back in the order of choice.
                if steps == 1 { order.append(contentsOf: chosen) }
            }
        }
        if steps == 1 { result.keep(order) }
        return result
    }

    private func choose(_ members: [Int], _ offsets: [Double], _ step: Int) -> [Int] {
        switch plan.operation {
        case .topk: return best(members, step) { $0 > $1 }
        case .bottomk: return best(members, step) { $0 < $1 }
        case .limitk: return Array(members.lazy.filter { isPresent($0, step) }.prefix(limit(members, step)))
        default:
            let ratio = max(-1, min(1, parameter[step]))
            if ratio == 0 { return [] }
            return zip(members, offsets).filter { series, offset in
                isPresent(series, step) && (ratio > 0 ? offset < ratio : offset >= 1 + ratio)
            }.map(\.0)
        }
    }

    /// The first k series by value, NaN behind all others, in the order of the series among equals.
    private func best(_ members: [Int], _ step: Int, _ isBetter: (Double, Double) -> Bool) -> [Int] {
        let limit = limit(members, step)
        if limit == 0 { return [] }
        func precedes(_ left: Int, _ right: Int) -> Bool {
            let (a, b) = (value(left, step), value(right, step))
            return isBetter(a, b) || (b.isNaN && !a.isNaN)
        }
        var chosen: [Int] = []
        for series in members where isPresent(series, step) {
            if chosen.count == limit {
                guard let worst = chosen.last, precedes(series, worst) else { continue }
                chosen.removeLast()
            }
            var low = 0
            var high = chosen.count
            while low < high {
                let middle = (low + high) / 2
                if precedes(series, chosen[middle]) { high = middle } else { low = middle + 1 }
            }
            chosen.insert(series, at: low)
        }
        return chosen
    }

    private func limit(_ members: [Int], _ step: Int) -> Int {
        parameter[step] < 1 ? 0 : min(Int(parameter[step]), members.count)
    }

    private func value(_ series: Int, _ step: Int) -> Double { columns.values[series * columns.steps + step] }
    private func isPresent(_ series: Int, _ step: Int) -> Bool { !value(series, step).isAbsent }

    /// A number in 0..<1 that depends on the labels alone, so that the same series are chosen every time.
    private func sampleOffset(_ series: Int) -> Double {
        let hash = columns.labels[series].encoded.withUnsafeBytes { LabelTable.hash($0) }
        return Double(hash >> 11) / Double(1 << 53)
    }

    private func checkParameter() throws(QueryError) {
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
