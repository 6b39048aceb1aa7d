import Model
import PromQL

/// Makes the descriptions of a plan's nodes. Used by the query's thread.
final class PlanDescriber {
    private let evaluator: Evaluator
    private let estimator: PlanEstimator
    /// Says why the answer is empty, when it is and that was asked for.
    private let diagnosis: EmptyAnswer?
    private var described: Set<Int> = []

    init(_ evaluator: Evaluator, explainsEmptiness: Bool) {
        self.evaluator = evaluator
        estimator = PlanEstimator(evaluator)
        diagnosis = explainsEmptiness ? EmptyAnswer(evaluator) : nil
    }

    func describe(_ node: PlanNode) throws(QueryError) -> PlanDescription {
        var result = PlanDescription(
            operation: node.operation.title, detail: node.operation.detail, steps: node.grid.count,
            estimate: try estimator.estimate(node))
        guard described.insert(node.identity).inserted else {
            result.isRepeated = true
            return result
        }
        for child in node.operation.children { result.children.append(try describe(child)) }
        guard let costs = evaluator.context.profile?.costs else { return result }
        let cost = costs[node.identity] ?? PlanProfile.Cost()
        let own = Double(cost.nanoseconds) / 1e9
        result.actual = PlanDescription.Actual(
            series: cost.series, points: cost.points, samples: cost.samples, bytes: cost.bytes, ownSeconds: own,
            seconds: result.children.reduce(own) { $0 + ($1.actual?.seconds ?? 0) })
        if let diagnosis, cost.points == 0, node.type != .scalar {
            result.reasons = try diagnosis.reasons(node, children: result.children)
        }
        return result
    }
}

extension PlanOperation {
    /// `rate`, `sum by (job)`, `==`
    var title: String {
        switch self {
        case .constant(let value): return FloatText.plain(value)
        case .time: return "time"
        case .scalarOf: return "scalar"
        case .scalarBinary(let operation, _, _): return operation.rawValue
        case .scalarNegation: return "-"
        case .scalarExtremum(let isMaximum, _, _): return isMaximum ? "max_of" : "min_of"
        case .broadcast: return "repeat"
        case .window(let plan): return plan.function == .newest ? "select" : "\(plan.function)"
        case .vectorOf: return "vector"
        case .nothing: return "nothing"
        case .absent: return "absent"
        case .elementwise(let function, _, _): return "\(function)"
        case .timestamps: return "timestamp"
        case .relabel(.replace, _): return "label_replace"
        case .relabel(.join, _): return "label_join"
        case .sort: return "sort"
        case .histogram(let plan):
            switch plan.function {
            case .quantile: return "histogram_quantile"
            case .fraction: return "histogram_fraction"
            case .quantiles: return "histogram_quantiles"
            }
        case .info: return "info"
        case .aggregate(let plan):
            let grouping = plan.grouping.joined(separator: ", ")
            if plan.isWithout { return "\(plan.operation.rawValue) without (\(grouping))" }
            return plan.operation.rawValue + (plan.grouping.isEmpty ? "" : " by (\(grouping))")
        case .vectorScalar(let plan): return plan.operation.rawValue
        case .vectorVector(let plan), .set(let plan): return "\(plan.operation.rawValue)\(plan.matching.title)"
        case .samples: return "samples"
        case .text: return "string"
        }
    }

    /// What is read.
    var detail: String {
        switch self {
        case .window(let plan):
            return plan.input.text + (plan.function.needsStaleMarkers ? "" : "[\(DurationText.text(plan.input.range))]")
                + plan.input.shiftText
        case .samples(let input): return "\(input.text)[\(DurationText.text(input.range))]\(input.shiftText)"
        default: return ""
        }
    }
}

extension VectorMatching {
    /// ` on (job) group_left`
    fileprivate var title: String {
        var result = isOn || !labels.isEmpty ? " \(isOn ? "on" : "ignoring") (\(labels.joined(separator: ", ")))" : ""
        switch cardinality {
        case .manyToOne: result += " group_left (\(include.joined(separator: ", ")))"
        case .oneToMany: result += " group_right (\(include.joined(separator: ", ")))"
        case .oneToOne, .manyToMany: break
        }
        return result
    }
}

extension RangeInput {
    fileprivate var shiftText: String {
        (at.map { " @ \(FloatText.plain(Double($0) / 1000))" } ?? "")
            + (offset == 0 ? "" : " offset \(DurationText.text(offset))")
    }
}
