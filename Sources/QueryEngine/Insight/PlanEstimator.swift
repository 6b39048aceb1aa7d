import Model
import PromQL

/// Says what the nodes of a plan may cost, from the index alone: no sample is read. Used by the query's thread.
final class PlanEstimator {
    /// Label sets that are looked at for the size of all.
    private static let labelsProbed = 16

    private let evaluator: Evaluator
    private var known: [Int: PlanDescription.Estimate] = [:]

    init(_ evaluator: Evaluator) { self.evaluator = evaluator }

    func estimate(_ node: PlanNode) throws(QueryError) -> PlanDescription.Estimate {
        if let known = known[node.identity] { return known }
        let result = try compute(node)
        known[node.identity] = result
        return result
    }

    /// That may compute a window function together.
    private var threads: Int { evaluator.context.workers.threads }

    private func compute(_ node: PlanNode) throws(QueryError) -> PlanDescription.Estimate {
        var result = PlanDescription.Estimate()
        let steps = node.grid.count
        switch node.operation {
        case .window(let plan):
            result = try read(plan.input, node.grid)
            result.bytes += threads * steps * WindowTask.stepBytes
        case .samples(let input): return try read(input, node.grid)
        case .text: return result
        default: result.series = node.type == .scalar ? 1 : try series(node)
        }
        result.bytes += result.series * (steps * 8 + (node.type == .scalar ? 0 : SeriesColumns.labelsOverhead))
        return result
    }

    private func read(_ input: RangeInput, _ grid: Grid) throws(QueryError) -> PlanDescription.Estimate {
        var result = PlanDescription.Estimate()
        switch input.source {
        case .subquery(let node): result.series = try estimate(node).series
        case .selector(let matchers, _):
            let selection = try evaluator.selection(matchers, input, grid, keepsStaleMarkers: true)
            result.series = selection.seriesCount
            var largest = 0
            for unit in 0..<selection.unitCount {
                let samples = selection.estimatedSamples(inUnit: unit)
                result.samples += samples
                largest = max(largest, samples)
            }
            let probed = min(selection.seriesCount, Self.labelsProbed)
            let labels = (0..<probed).reduce(0) { $0 + selection.labels(of: $1).encoded.count }
            result.bytes =
                threads * largest * WindowTask.sampleBytes + (probed > 0 ? labels / probed * result.series : 0)
        }
        return result
    }

    /// The most series that a node can have.
    private func series(_ node: PlanNode) throws(QueryError) -> Int {
        switch node.operation {
        case .nothing: return 0
        case .absent, .vectorOf: return 1
        case .aggregate(let plan):
            let argument = try estimate(plan.argument).series
            if plan.operation == .countValues { return argument * max(1, node.grid.count) }
            let isOne = plan.grouping.isEmpty && !plan.isWithout && !SelectionFold.handles(plan.operation)
            return isOne ? min(argument, 1) : argument
        case .histogram(let plan):
            let factor = if case .quantiles = plan.function { plan.parameters.count } else { 1 }
            return try estimate(plan.argument).series * factor
        case .info(let plan):
            // An info series that changes makes a new series of the one it tells about.
            return try estimate(plan.argument).series * max(1, try estimate(plan.times).series)
        case .vectorVector(let plan): return try series(of: plan)
        case .set(let plan):
            let left = try estimate(plan.left).series
            return plan.operation == .or ? left + (try estimate(plan.right).series) : left
        case .vectorScalar(let plan): return try estimate(plan.vector).series
        default:
            guard let child = node.operation.children.first(where: { $0.type != .scalar }) else { return 1 }
            return try estimate(child).series
        }
    }

    private func series(of plan: VectorVectorPlan) throws(QueryError) -> Int {
        let left = try estimate(plan.left).series
        let right = try estimate(plan.right).series
        if plan.matching.fillLeft != nil || plan.matching.fillRight != nil { return left + right }
        switch plan.matching.cardinality {
        // Different partners at different steps make different series.
        case .oneToOne: return max(left, right)
        case .manyToOne: return plan.matching.include.isEmpty ? left : left * right
        case .oneToMany: return plan.matching.include.isEmpty ? right : left * right
        case .manyToMany: return left + right
        }
    }
}
