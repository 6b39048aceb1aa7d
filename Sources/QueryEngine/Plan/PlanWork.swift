import Model
import PromQL

/// What a plan may cost at most, in numbers read or computed (one to five nanoseconds each): found from the index
/// alone, and so cheaply that it is worth while before every small query.
enum PlanWork {
    /// So many series may have to be looked at to find those that match.
    private static let mostLookedAt = 4096
    private static let seriesWork = 50

    /// `QueryError.tooMuchWork` when that is more than `most`.
    static func check(_ root: PlanNode, _ evaluator: Evaluator, most: Int) throws(QueryError) {
        var known: Set<Int> = []
        if try of(root, evaluator, most, &known) > most { throw .tooMuchWork }
    }

    private static func of(
        _ node: PlanNode, _ evaluator: Evaluator, _ most: Int, _ known: inout Set<Int>
    ) throws(QueryError) -> Int {
        if !known.insert(node.identity).inserted { return 0 }
        var work = max(1, node.grid.count)
        switch node.operation {
        case .window(let plan): work += try reading(plan, node, evaluator, most)
        case .samples(let input):
            // It looks at raw samples, and nobody asks for them in a hurry.
            if case .selector = input.source { throw .tooMuchWork }
        default: break
        }
        for child in node.operation.children where work <= most { work += try of(child, evaluator, most, &known) }
        return work
    }

    private static func reading(
        _ plan: WindowPlan, _ node: PlanNode, _ evaluator: Evaluator, _ most: Int
    ) throws(QueryError) -> Int {
        let steps = max(1, node.grid.count)
        guard case .selector = plan.input.source else {
            // A subquery's points cost what its own nodes do.
            return steps
        }
        guard let bound = evaluator.mostSeries(plan, node.grid), bound <= mostLookedAt else {
            throw .tooMuchWork
        }
        let selection = try evaluator.selected(plan, node, mostSeries: most / (steps + seriesWork))
        let samples = (0..<selection.unitCount).reduce(0) { $0 + selection.estimatedSamples(inUnit: $1) }
        let computed = plan.function.isLinear ? samples * steps : selection.seriesCount * steps
        return samples + computed + selection.seriesCount * seriesWork
    }
}
