import Model
import PromQL

extension Evaluator {
    func computeScalar(_ node: PlanNode) throws(QueryError) -> [Double] {
        let steps = node.grid.count
        try context.budget.check(samples: steps, bytes: steps * 8, purpose: "a scalar")
        switch node.operation {
        case .constant(let value): return try [Double](repeating: value, count: steps, context.limits)
        case .time: return try numbers(steps) { Double(node.grid.time($0)) / 1000 }
        case .broadcast(let child):
            let values = try scalar(child)
            return try [Double](repeating: values.first ?? .ordinaryNaN, count: steps, context.limits)
        case .scalarNegation(let child):
            let values = try scalar(child)
            return try numbers(steps) { -values[$0] }
        case .scalarOf(let child): return try singleSeries(child, steps)
        case .scalarBinary(let operation, let left, let right):
            let (a, b) = (try scalar(left), try scalar(right))
            return try numbers(steps) { ScalarOperation.apply(operation, a[$0], b[$0]) }
        case .scalarExtremum(let isMaximum, let left, let right):
            let (a, b) = (try scalar(left), try scalar(right))
            return try numbers(steps) {
                isMaximum ? ElementwiseFunction.larger(a[$0], b[$0]) : ElementwiseFunction.smaller(a[$0], b[$0])
            }
        default: throw .execution("expected a scalar expression")
        }
    }

    private func numbers(_ steps: Int, _ body: (Int) -> Double) throws(QueryError) -> [Double] {
        var pace = Pace(context.limits)
        var result: [Double] = []
        result.reserveCapacity(steps)
        try pace.runs(of: steps) { run throws(QueryError) in
            for step in run { result.append(body(step)) }
        }
        return result
    }

    /// scalar(): the number of the only series at a step, NaN where there is none or more than one.
    private func singleSeries(_ node: PlanNode, _ steps: Int) throws(QueryError) -> [Double] {
        var result = [Double](repeating: .absent, count: steps)
        try forEachSeries(node) { row throws(QueryError) in
            for step in 0..<steps where !row.values[step].isAbsent {
                result[step] = result[step].isAbsent ? row.values[step] : .ordinaryNaN
            }
        }
        return result.map { $0.isAbsent ? .ordinaryNaN : $0 }
    }
}
