import Model
import PromQL

extension Planner {
    /// info(vector) and info(vector, {matchers}): the second argument says which info series and which of their
    /// labels.
    mutating func planInfo(_ call: Call, _ grid: Grid) throws(QueryError) -> PlanNode {
        let argument = try argument(0, of: call, grid)
        var matchers: [LabelMatcher] = []
        if call.arguments.count > 1, case .vectorSelector(let selector) = call.arguments[1].unwrapped {
            matchers = selector.matchers
        }
        let dataMatchers = matchers.filter { $0.name != LabelNames.metric }
        let nameMatchers = try Self.infoNames(matchers.filter { $0.name == LabelNames.metric })
        let reference = try call.arguments[0].infoReference(self) ?? (at: nil, offset: 0)
        let input = RangeInput(
            source: .selector(matchers: nameMatchers + dataMatchers, name: ""), range: settings.lookback,
            at: reference.at, offset: reference.offset)
        var times = window(.newestTime, input, [], call.range)
        times.dropsName = false
        let plan = InfoPlan(
            argument: argument, times: make(.window(times), grid, call.range), nameMatchers: nameMatchers,
            dataMatchers: dataMatchers)
        return make(.info(plan), grid, call.range)
    }

    /// Without a name that is asked for, all metrics that end in `_info` are meant, without any condition
    /// `target_info`.
    private static func infoNames(_ matchers: [LabelMatcher]) throws(QueryError) -> [LabelMatcher] {
        if matchers.isEmpty { return [.equal(LabelNames.metric, "target_info")] }
        if matchers.contains(where: { $0.operation == .equal || $0.operation == .matches }) { return matchers }
        do {
            return [try LabelMatcher(LabelNames.metric, .matches, ".+_info")] + matchers
        } catch {
            throw .execution(error.description)
        }
    }
}

extension Expression {
    /// The time that the first selector in the expression is read at: its own `@` or that of the next subquery
    /// around it, and all offsets up to there.
    fileprivate func infoReference(
        _ planner: Planner
    ) throws(QueryError) -> (at: Int64?, offset: Int64)? {
        switch self {
        case .number, .string: return nil
        case .vectorSelector(let selector):
            return (planner.time(of: selector.modifiers.at), try planner.offset(selector.modifiers))
        case .matrixSelector(let matrix): return try Expression.vectorSelector(matrix.selector).infoReference(planner)
        case .subquery(let subquery):
            guard var inner = try subquery.inner.infoReference(planner) else { return nil }
            if inner.at == nil {
                inner.at = planner.time(of: subquery.modifiers.at)
                inner.offset += try planner.offset(subquery.modifiers)
            }
            return inner
        case .parentheses(let parentheses): return try parentheses.inner.infoReference(planner)
        case .unary(let unary): return try unary.operand.infoReference(planner)
        case .binary(let binary):
            if let found = try binary.left.infoReference(planner) { return found }
            return try binary.right.infoReference(planner)
        case .aggregation(let aggregation):
            if let found = try aggregation.argument.infoReference(planner) { return found }
            return try aggregation.parameter?.infoReference(planner)
        case .call(let call):
            for argument in call.arguments {
                if let found = try argument.infoReference(planner) { return found }
            }
            return nil
        }
    }
}
