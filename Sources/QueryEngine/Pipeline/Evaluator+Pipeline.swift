import Model
import PromQL

extension Evaluator {
    /// The node's series: one by one where nobody else asks for them and its operations look at each series alone, else
    /// held as a whole. Where the plan says that names are dropped, the labels of a pipeline still have them.
    func source(_ node: PlanNode) throws(QueryError) -> RowSource {
        guard node.uses == 1 else { return .columns(try vector(node)) }
        if case .window(let plan) = node.operation { return .pipeline(try pipeline(node, plan)) }
        guard !context.delaysNameRemoval, isStage(node) else { return .columns(try vector(node)) }
        try context.checkpoint()
        context.enter(node)
        defer { context.leave() }
        let result = try computeStage(node)
        if case .columns(let columns) = result { context.profile?.add(node, columns) }
        return result
    }

    func pipeline(_ node: PlanNode, _ plan: WindowPlan) throws(QueryError) -> RowPipeline {
        RowPipeline(node, plan, try selection(plan, of: node), dropsName: dropsName(plan))
    }

    private func isStage(_ node: PlanNode) -> Bool {
        switch node.operation {
        case .vectorScalar, .vectorVector, .set, .relabel: return true
        default: return false
        }
    }

    /// One of the operations that may be a stage of a pipeline.
    func computeStage(_ node: PlanNode) throws(QueryError) -> RowSource {
        switch node.operation {
        case .vectorScalar(let plan): return try combine(plan, node)
        case .vectorVector(let plan): return try join(plan, node)
        case .set(let plan): return try filter(plan, node)
        case .relabel(let rewrite, let child): return try relabel(rewrite, child, node)
        default: throw .execution("expected an instant vector expression")
        }
    }

    /// The source as columns.
    func columns(of source: RowSource) throws(QueryError) -> SeriesColumns {
        switch source {
        case .columns(let columns): return columns
        case .pipeline(let pipeline): return try materialize(pipeline, isCounted: true)
        }
    }

    /// A pipeline on which further operations can follow.
    private func extensible(_ source: RowSource, _ node: PlanNode) -> RowPipeline? {
        if context.delaysNameRemoval { return nil }
        switch source {
        case .columns(let columns): return RowPipeline(node, columns)
        case .pipeline(let pipeline): return pipeline.mayRepeat ? nil : pipeline
        }
    }

    private func combine(_ plan: VectorScalarPlan, _ node: PlanNode) throws(QueryError) -> RowSource {
        let takesNames = VectorScalarOperation.takesNames(plan)
        let input = try source(plan.vector)
        let numbers = try scalar(plan.scalar)
        if var pipeline = extensible(input, plan.vector), !takesNames || pipeline.isDistinctNameless {
            pipeline.append(ScalarTransform(plan, scalar: numbers), of: node)
            if takesNames { pipeline.dropNames() }
            return .pipeline(pipeline)
        }
        let vector = try own(try columns(of: input), plan.vector)
        return .columns(try VectorScalarOperation.evaluate(plan, vector, numbers, context))
    }

    private func join(_ plan: VectorVectorPlan, _ node: PlanNode) throws(QueryError) -> RowSource {
        let isSwapped = plan.matching.cardinality == .oneToMany
        let input = try source(isSwapped ? plan.right : plan.left)
        let one = try vector(isSwapped ? plan.left : plan.right)
        if let pipeline = extensible(input, isSwapped ? plan.right : plan.left), plan.joinsRowByRow,
            let joined = try Join(plan, isSwapped: isSwapped, one, self).extend(pipeline, node)
        {
            return .pipeline(joined)
        }
        let many = try columns(of: input)
        var operation = VectorVectorOperation(plan, isSwapped ? one : many, isSwapped ? many : one, context)
        return .columns(try operation.evaluate())
    }

    /// `and`, `unless`; `or` needs both sides as a whole.
    private func filter(_ plan: VectorVectorPlan, _ node: PlanNode) throws(QueryError) -> RowSource {
        let input = try source(plan.left)
        guard plan.operation != .or, var pipeline = extensible(input, plan.left) else {
            let left = try columns(of: input)
            return .columns(try SetOperation.evaluate(plan, left, try vector(plan.right), context))
        }
        let matching = LabelProjection(matching: plan.matching.isOn, plan.matching.labels)
        let room = try GrowingRoom(context.budget, purpose: "what \(plan.right.text) has")
        var presence = GroupPresence(matching, steps: node.grid.count, room)
        try forEachSeries(plan.right, needsLabels: true) { row throws(QueryError) in try presence.add(row) }
        let partners = try partners(of: pipeline, in: presence.groups, plan.matching)
        pipeline.append(
            PresenceTransform(keepsMatched: plan.operation == .and, partners: partners, presence: presence), of: node)
        return .pipeline(pipeline)
    }

    private func relabel(
        _ rewrite: LabelRewrite, _ child: PlanNode, _ node: PlanNode
    ) throws(QueryError) -> RowSource {
        let input = try source(child)
        if var pipeline = extensible(input, child), try rewrite.relabel(&pipeline, node, context) {
            return .pipeline(pipeline)
        }
        return .columns(try rewrite.apply(to: try columns(of: input), context))
    }

    /// All series of a pipeline, in the order of the selection; after an operation those with a number left.
    /// `isCounted`: nobody else counts them for the profile.
    func materialize(_ pipeline: RowPipeline, isCounted: Bool) throws(QueryError) -> SeriesColumns {
        var series: [Int] = []
        var labels: [Labels] = []
        var values: [Double] = []
        var nameLosers: [Bool] = []
        let room = try context.budget.reserve(samples: 0, purpose: "a selector")
        let found = pipeline.source.seriesCount
        var labelBytes = 0
        values.reserveFirst(found * pipeline.steps)
        let empty = RowBlock(steps: pipeline.steps, pipeline.isNameless ? .nameless : .whole)
        try forEachUnit(pipeline, empty: empty, isCounted: isCounted) { block throws(QueryError) in
            labelBytes += block.labels.reduce(0) { $0 + $1.heldBytes }
            let numbers = values.count + block.values.count
            try room.resize(
                samples: numbers, bytes: numbers * 8 + labelBytes,
                purpose:
                    "\(pipeline.text) with \(labels.count + block.labels.count) of \(found) series "
                    + "x \(pipeline.steps) steps")
            series += block.series
            labels += block.labels
            values += block.values
            if context.delaysNameRemoval { nameLosers += block.nameLosers }
        }
        var columns = SeriesColumns(
            labels: labels, values: values, steps: pipeline.steps, isNameless: pipeline.isNameless,
            nameLosers: nameLosers, reservation: room)
        try putInOrder(&columns, by: series, pipeline.text)
        if pipeline.mayRepeat {
            let found = columns.count
            try columns.mergeEqualLabels(context.limits)
            // Unlike other functions, those over ranges do not join series even where their steps differ.
            if columns.count < found, pipeline.plan?.function.needsStaleMarkers == false { throw .duplicateLabels }
        }
        return columns
    }

    /// Units come in the order storage keeps them in.
    private func putInOrder(
        _ columns: inout SeriesColumns, by series: [Int], _ text: String
    ) throws(QueryError) {
        guard zip(series, series.dropFirst()).contains(where: { $0 > $1 }) else { return }
        try context.budget.check(
            samples: 0, bytes: columns.values.count * 8 + columns.count * 8,
            purpose: "putting \(text) with \(columns.count) series in order")
        var order = Array(series.indices)
        var pace = Pace(context.limits)
        try order.sort(&pace) { series[$0] < series[$1] }
        try columns.keep(order, context.limits)
    }
}
