import Model
import PromQL

/// What a plan may cost at most, in numbers read or computed (one to five nanoseconds each): found from the index
/// alone, and so cheaply that it is worth while before every small query.
enum PlanWork {
    /// So many series may have to be looked at to find those that match.
    private static let mostSeries = 4096
    private static let seriesWork = 50
    private static let tooMuch = Int.max / 4

    static func of(_ root: PlanNode, _ evaluator: Evaluator) throws(QueryError) -> Int {
        var known: Set<Int> = []
        return try of(root, evaluator, &known)
    }

    private static func of(
        _ node: PlanNode, _ evaluator: Evaluator, _ known: inout Set<Int>
    ) throws(QueryError) -> Int {
        if !known.insert(node.identity).inserted { return 0 }
        var work = max(1, node.grid.count)
        switch node.operation {
        case .window(let plan): work += try reading(plan, node, evaluator)
        case .samples(let input):
            // It looks at raw samples, and nobody asks for them in a hurry.
            if case .selector = input.source { return tooMuch }
        default: break
        }
        for child in node.operation.children where work < tooMuch { work += try of(child, evaluator, &known) }
        return min(work, tooMuch)
    }

    private static func reading(
        _ plan: WindowPlan, _ node: PlanNode, _ evaluator: Evaluator
    ) throws(QueryError) -> Int {
        let steps = max(1, node.grid.count)
        guard case .selector = plan.input.source else {
            // A subquery's points cost what its own nodes do.
            return steps
        }
        guard let most = evaluator.mostSeries(plan, node.grid), most <= mostSeries else { return tooMuch }
        let selection = try evaluator.selected(plan, node)
        let samples = (0..<selection.unitCount).reduce(0) { $0 + selection.estimatedSamples(inUnit: $1) }
        let computed = plan.function.isLinear ? samples * steps : selection.seriesCount * steps
        return min(samples + computed + selection.seriesCount * seriesWork, tooMuch)
    }
}
