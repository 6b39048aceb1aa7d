import Model
import PromQL

extension Evaluator {
    func computeScalar(_ node: PlanNode) throws(QueryError) -> [Double] {
        let steps = node.grid.count
        try context.budget.check(samples: steps, bytes: steps * 8, purpose: "a scalar")
        switch node.operation {
        case .constant(let value): return [Double](repeating: value, count: steps)
        case .time: return (0..<steps).map { Double(node.grid.time($0)) / 1000 }
        case .broadcast(let child):
            let values = try scalar(child)
            return [Double](repeating: values.first ?? .ordinaryNaN, count: steps)
        case .scalarNegation(let child): return try scalar(child).map { -$0 }
        case .scalarOf(let child): return try singleSeries(child, steps)
        case .scalarBinary(let operation, let left, let right):
            let (a, b) = (try scalar(left), try scalar(right))
            return zip(a, b).map { ScalarOperation.apply(operation, $0, $1) }
        case .scalarExtremum(let isMaximum, let left, let right):
            let (a, b) = (try scalar(left), try scalar(right))
            return zip(a, b).map {
                isMaximum ? ElementwiseFunction.larger($0, $1) : ElementwiseFunction.smaller($0, $1)
            }
        default: throw .execution("expected a scalar expression")
        }
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
