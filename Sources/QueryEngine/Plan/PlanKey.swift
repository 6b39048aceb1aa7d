import Model
import PromQL

/// Text that is equal for operations with equal results.
enum PlanKey {
    /// Nil for what is cheaper to compute again than to keep.
    static func key(_ operation: PlanOperation, _ grid: Grid) -> String? {
        func name(_ node: PlanNode) -> String {
            if case .constant(let value) = node.operation { return "=\(value.bitPattern)" }
            return "#\(node.identity)"
        }
        func names(_ nodes: [PlanNode]) -> String { nodes.map(name).joined(separator: ",") }
        guard let own = ownText(operation) else { return nil }
        return "\(own)(\(names(operation.children)))@\(grid.start)+\(grid.step)x\(grid.count)"
    }

    /// The operation without its children.
    private static func ownText(_ operation: PlanOperation) -> String? {
        switch operation {
        case .constant, .time, .text, .samples: return nil
        case .scalarOf: return "scalar"
        case .scalarBinary(let operation, _, _): return "scalar \(operation)"
        case .scalarNegation: return "scalar negation"
        case .scalarExtremum(let isMaximum, _, _): return "scalar extremum \(isMaximum)"
        case .broadcast: return "broadcast"
        case .window(let plan): return windowText(plan)
        case .vectorOf: return "vector"
        case .nothing: return "nothing"
        case .absent(_, let labels): return "absent \(labels)"
        case .elementwise(let function, _, _): return "\(function)"
        case .timestamps: return "timestamps"
        case .relabel(let rewrite, _): return relabelText(rewrite)
        case .sort(let order, _): return "sort \(order)"
        case .histogram(let plan): return "histogram \(plan.function)"
        case .info(let plan): return "info \((plan.nameMatchers + plan.dataMatchers).map(matcherText))"
        case .aggregate(let plan):
            return "\(plan.operation) \(plan.grouping) \(plan.isWithout) \(plan.valueLabel ?? "")"
        case .vectorScalar(let plan): return "\(plan.operation) \(plan.scalarIsLeft) \(plan.returnsBool)"
        case .vectorVector(let plan), .set(let plan):
            return "\(plan.operation) \(plan.returnsBool) \(plan.matching)"
        }
    }

    /// With its length before the value, so that nothing has to be quoted: patterns may be 300 kB long.
    private static func matcherText(_ matcher: LabelMatcher) -> String {
        let value = matcher.invalidValue.map { "\($0)" } ?? "\(matcher.value.utf8.count):\(matcher.value)"
        return "\(matcher.name)\(matcher.operation.rawValue)\(value)"
    }

    private static func windowText(_ plan: WindowPlan) -> String {
        let input = plan.input
        let kind = input.surroundings?.kind.rawValue ?? ""
        let times = "\(input.range) \(input.at.map { "\($0)" } ?? "") \(input.offset) \(kind)"
        guard case .selector(let matchers, _) = input.source else { return "\(plan.function) \(times)" }
        return "\(plan.function) \(times) \(matchers.map(matcherText).joined(separator: ","))"
    }

    private static func relabelText(_ rewrite: LabelRewrite) -> String {
        switch rewrite {
        case .replace(let destination, let template, let source, _, let text):
            return "replace \([destination, template, source, text])"
        case .join(let destination, let separator, let sources):
            return "join \([destination, separator] + sources)"
        }
    }
}
