import Model
import PromQL

extension RangeInput {
    /// `up{job="node"}`, `a subquery`. Long patterns are cut: nobody reads them in a message, and it is made often.
    var text: String {
        guard case .selector(let matchers, let name) = source else { return "a subquery" }
        let conditions = matchers.filter { $0.name != LabelNames.metric || name.isEmpty }.map(\.shortText)
        return conditions.isEmpty ? name : "\(name){\(conditions.joined(separator: ","))}"
    }
}

extension LabelMatcher {
    /// Characters of a value that are shown.
    private static let shownLength = 256

    /// As in a query; a long value is cut.
    var shortText: String {
        if value.utf8.count <= Self.shownLength { return description }
        return "\(name)\(operation.rawValue)\(GoText.quoted(String(value.prefix(Self.shownLength))))…"
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
