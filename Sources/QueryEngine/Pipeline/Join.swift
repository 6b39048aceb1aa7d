import Model
import PromQL

extension VectorVectorPlan {
    /// Each series of the side with many has at most one partner, and its result is its own but for labels that go.
    var joinsRowByRow: Bool {
        matching.fillLeft == nil && matching.fillRight == nil && matching.include.isEmpty
            && !(matching.isOn && matching.labels.contains(where: LabelProjection.metadataNames.contains))
    }
}

/// A binary operator between the series of a pipeline and those of a side that is held.
struct Join {
    private let plan: VectorVectorPlan
    private let isSwapped: Bool
    private let one: SeriesColumns
    private let evaluator: Evaluator
    private let matching: LabelProjection

    init(_ plan: VectorVectorPlan, isSwapped: Bool, _ one: SeriesColumns, _ evaluator: Evaluator) {
        self.plan = plan
        self.isSwapped = isSwapped
        self.one = one
        self.evaluator = evaluator
        matching = LabelProjection(matching: plan.matching.isOn, plan.matching.labels)
    }

    /// Nil when series may coincide that must not: which do is to be found out step by step.
    func extend(_ pipeline: RowPipeline, _ node: PlanNode) throws(QueryError) -> RowPipeline? {
        let isOneToOne = plan.matching.cardinality == .oneToOne
        guard !plan.dropsName || isOneToOne || pipeline.isDistinctNameless, let table = try table() else { return nil }
        let partners = try evaluator.partners(of: pipeline, in: table, plan.matching)
        if isOneToOne, !partners.areDistinct(of: table.count) { return nil }
        var result = pipeline
        result.append(
            JoinTransform(
                operation: plan.operation, comparison: plan.returnsBool ? .flag : .left, isSwapped: isSwapped,
                partners: partners, columns: one), of: node)
        if plan.dropsName { result.dropNames() }
        if isOneToOne, plan.matching.isOn || !plan.matching.labels.isEmpty {
            result.project(
                plan.matching.isOn
                    ? LabelProjection(keeping: plan.matching.labels) : LabelProjection(dropping: plan.matching.labels))
        }
        return result
    }

    /// The held series by the labels that have to be equal, in their order; nil when two have the same.
    private func table() throws(QueryError) -> LabelTable? {
        let context = evaluator.context
        var room = try GrowingRoom(context.budget, purpose: "matching with \(one.count) series")
        var table = LabelTable(capacity: one.count)
        var key: [UInt8] = []
        var pace = Pace(context.limits)
        for labels in one.labels {
            try pace.did(Pace.labels)
            matching.project(labels, into: &key)
            if !table.index(of: key).isNew { return nil }
            try room.set(bytes: table.bytes)
        }
        return table
    }
}
