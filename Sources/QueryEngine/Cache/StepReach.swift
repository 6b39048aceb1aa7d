import Model
import PromQL

/// Which samples the value at a step depends on: those from so many milliseconds before it to so many after it.
struct StepReach {
    var before: Int64 = 0
    var after: Int64 = 0

    /// Nil when a step also depends on what is at other steps, on fixed times, or on where the query begins.
    init?(of root: PlanNode) {
        guard let reach = Self.reach(of: root) else { return nil }
        self = reach
    }

    private init(before: Int64, after: Int64) {
        self.before = before
        self.after = after
    }

    private func joined(with other: StepReach) -> StepReach {
        StepReach(before: max(before, other.before), after: max(after, other.after))
    }

    private static func reach(of node: PlanNode) -> StepReach? {
        var own = StepReach(before: 0, after: 0)
        var others = node.operation.children
        switch node.operation {
        // The series of `info` are looked for in the whole range; `limitk` takes the first series that are found.
        case .info, .samples, .text: return nil
        case .aggregate(let plan) where plan.operation == .limitk || plan.operation == .limitRatio: return nil
        case .window(let plan):
            // Whether two series become equal without their names is looked at in the whole range.
            guard plan.input.at == nil, !plan.dropsName || hasOneName(node), let reach = reach(of: plan.input) else {
                return nil
            }
            own = reach
            others = plan.parameters
        default: break
        }
        for child in others {
            guard let reach = reach(of: child) else { return nil }
            own = own.joined(with: reach)
        }
        return own
    }

    private static func reach(of input: RangeInput) -> StepReach? {
        var inner = StepReach(before: 0, after: 0)
        if case .subquery(let node) = input.source {
            guard let reach = reach(of: node) else { return nil }
            inner = reach
        }
        return StepReach(
            before: max(0, input.range + input.before + input.offset + inner.before),
            after: max(0, input.after - input.offset + inner.after))
    }

    /// All series have the same name, or none.
    private static func hasOneName(_ node: PlanNode) -> Bool {
        switch node.operation {
        case .window(let plan):
            if case .subquery(let child) = plan.input.source { return hasOneName(child) }
            return plan.hasOneName
        case .aggregate(let plan):
            switch plan.operation {
            case .topk, .bottomk, .limitk, .limitRatio: return hasOneName(plan.argument)
            default: return !plan.grouping.contains(LabelNames.metric) && !plan.isWithout
            }
        case .elementwise(_, let child, _), .timestamps(let child): return hasOneName(child)
        case .vectorScalar(let plan): return hasOneName(plan.vector)
        case .vectorVector(let plan): return hasOneName(plan.left) && hasOneName(plan.right)
        default: return false
        }
    }
}
