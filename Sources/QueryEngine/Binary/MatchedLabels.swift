import Model
import PromQL

/// The labels of what comes out of a pair.
struct MatchedLabels {
    private let matching: VectorMatching
    private let dropsName: Bool
    /// For the missing side of a filled pair.
    private let signature: LabelProjection
    /// What a one-to-one match keeps.
    private let kept: LabelProjection?
    private var buffer: [UInt8] = []

    /// `delaysNameRemoval`: names go at the end of the evaluation, not here.
    init(_ plan: VectorVectorPlan, delaysNameRemoval: Bool) {
        matching = plan.matching
        dropsName = plan.dropsName && !delaysNameRemoval
        signature = LabelProjection(matching: matching.isOn, matching.labels)
        if matching.cardinality != .oneToOne {
            kept = nil
        } else if matching.isOn {
            kept = LabelProjection(keeping: matching.labels)
        } else {
            kept = matching.labels.isEmpty ? nil : LabelProjection(dropping: matching.labels)
        }
    }

    mutating func labels(many: Labels?, one: Labels?) -> Labels {
        var result = many ?? .empty
        if let one, many == nil { result = signature.labels(one, &buffer) }
        if dropsName { result = LabelProjection.nameless.labels(result, &buffer) }
        if let kept { result = kept.labels(result, &buffer) }
        if matching.include.isEmpty { return result }
        var builder = LabelsBuilder(result)
        let source = one ?? signature.labels(many ?? .empty, &buffer)
        for name in matching.include { builder.set(name, source[name] ?? "") }
        return builder.labels()
    }
}
