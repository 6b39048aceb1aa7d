import Model
import PromQL

extension RangeInput {
    /// `up{job="node"}`, `a subquery`
    var text: String {
        guard case .selector(let matchers, let name) = source else { return "a subquery" }
        let conditions = matchers.filter { $0.name != LabelNames.metric || name.isEmpty }.map(\.description)
        return conditions.isEmpty ? name : "\(name){\(conditions.joined(separator: ","))}"
    }
}

extension PlanNode {
    /// What the node reads, for messages: the first selector below it.
    var text: String {
        switch operation {
        case .window(let plan): return plan.input.text
        case .samples(let input): return input.text
        default: return operation.children.first { $0.type != .scalar }?.text ?? "an expression"
        }
    }
}
