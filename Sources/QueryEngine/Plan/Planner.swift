import Model
import PromQL

/// Turns a parsed expression into a plan: times resolved, constants folded, what does not change from step to
/// step marked, equal subexpressions made one node.
struct Planner {
    /// What a query is planned for.
    struct Settings {
        /// The query's own steps; `start()`, `end()` and `@ start()` mean these, also inside subqueries.
        var grid: Grid
        /// The end of the query's range, which need not be a step.
        var end: Int64
        /// Milliseconds; 0 in an instant query.
        var step: Int64
        var lookback: Int64
        var defaultSubqueryStep: Int64
        /// Of a subquery: more cannot be held anyway.
        var maxSteps: Int
    }

    let settings: Settings
    let durations: DurationValue
    let patterns: AskedRoom
    private var nodes: [String: PlanNode] = [:]
    private var lastIdentity = 0

    init(_ settings: Settings, _ patterns: AskedRoom) {
        self.settings = settings
        self.patterns = patterns
        durations = DurationValue(
            step: Double(settings.step) / 1000, range: Double(settings.end - settings.grid.start) / 1000)
    }

    mutating func plan(_ expression: Expression) throws(QueryError) -> PlanNode {
        try plan(expression, settings.grid)
    }

    mutating func plan(_ expression: Expression, _ grid: Grid) throws(QueryError) -> PlanNode {
        let expression = expression.unwrapped
        let isMany = grid.count > 1 && (expression.type == .vector || expression.type == .scalar)
        guard isMany, expression.isStepInvariant else { return try planEachStep(expression, grid) }
        let once = try planEachStep(expression, grid.first)
        if case .constant = once.operation { return make(once.operation, grid, expression.range) }
        return make(.broadcast(once), grid, expression.range)
    }

    private mutating func planEachStep(_ expression: Expression, _ grid: Grid) throws(QueryError) -> PlanNode {
        switch expression {
        case .number(let number): return make(.constant(number.value), grid, number.range)
        case .string(let string): return make(.text(string.value), grid, string.range)
        case .parentheses(let parentheses): return try plan(parentheses.inner, grid)
        case .vectorSelector(let selector):
            // A smoothed selector is a window without length; what is around it is interpolated.
            let range = selector.modifiers.extended == nil ? settings.lookback : 0
            let input = try input(of: selector, range: range)
            return make(.window(window(.newest, input, [], selector.range)), grid, selector.range)
        case .matrixSelector, .subquery:
            return make(.samples(try rangeInput(expression, grid)), grid, expression.range)
        case .unary(let unary): return try plan(unary, grid)
        case .binary(let binary): return try plan(binary, grid)
        case .aggregation(let aggregation): return try plan(aggregation, grid)
        case .call(let call): return try plan(call, grid)
        }
    }

    private mutating func plan(_ unary: UnaryOperation, _ grid: Grid) throws(QueryError) -> PlanNode {
        let operand = try plan(unary.operand, grid)
        if !unary.isNegation { return operand }
        if case .constant(let value) = operand.operation { return make(.constant(-value), grid, unary.range) }
        let isScalar = operand.type == .scalar
        return make(
            isScalar ? .scalarNegation(operand) : .elementwise(.negate, operand, parameters: []), grid, unary.range)
    }

    private mutating func plan(_ binary: BinaryOperation, _ grid: Grid) throws(QueryError) -> PlanNode {
        if binary.operation == .trimLower || binary.operation == .trimUpper {
            throw .execution("operator \(GoText.quoted(binary.operation.rawValue)) is not supported yet")
        }
        let left = try plan(binary.left, grid)
        let right = try plan(binary.right, grid)
        switch (left.type, right.type) {
        case (.scalar, .scalar):
            if case .constant(let a) = left.operation, case .constant(let b) = right.operation {
                return make(.constant(ScalarOperation.apply(binary.operation, a, b)), grid, binary.range)
            }
            return make(.scalarBinary(binary.operation, left, right), grid, binary.range)
        case (.vector, .vector):
            let plan = VectorVectorPlan(
                operation: binary.operation, left: left, right: right, returnsBool: binary.returnsBool,
                matching: binary.matching ?? VectorMatching())
            return make(binary.operation.isSet ? .set(plan) : .vectorVector(plan), grid, binary.range)
        default:
            let scalarIsLeft = left.type == .scalar
            let plan = VectorScalarPlan(
                operation: binary.operation, vector: scalarIsLeft ? right : left,
                scalar: scalarIsLeft ? left : right, scalarIsLeft: scalarIsLeft, returnsBool: binary.returnsBool)
            return make(.vectorScalar(plan), grid, binary.range)
        }
    }

    private mutating func plan(_ aggregation: Aggregation, _ grid: Grid) throws(QueryError) -> PlanNode {
        var valueLabel: String?
        var parameter: PlanNode?
        if let expression = aggregation.parameter?.unwrapped {
            if case .string(let literal) = expression {
                valueLabel = labelName(literal)
                if valueLabel == nil { throw .execution("invalid label name \(expression)") }
            } else {
                parameter = try plan(expression, grid)
            }
        }
        let plan = AggregationPlan(
            operation: aggregation.operation, argument: try plan(aggregation.argument, grid), parameter: parameter,
            valueLabel: valueLabel, grouping: aggregation.grouping, isWithout: aggregation.isWithout)
        return make(.aggregate(plan), grid, aggregation.range)
    }

    // MARK: Selectors

    func window(
        _ function: WindowFunction, _ input: RangeInput, _ parameters: [PlanNode], _ position: TextRange
    ) -> WindowPlan {
        WindowPlan(
            function: function, input: input, parameters: parameters, dropsName: !function.keepsName,
            argumentPosition: position)
    }

    func input(of selector: VectorSelector, range: Int64) throws(QueryError) -> RangeInput {
        RangeInput(
            source: .selector(matchers: selector.matchers, name: selector.name), range: range,
            at: time(of: selector.modifiers.at), offset: try offset(selector.modifiers),
            surroundings: selector.modifiers.extended.map { .init($0, lookback: settings.lookback) })
    }

    /// What a range selector or a subquery reads.
    mutating func rangeInput(_ expression: Expression, _ grid: Grid) throws(QueryError) -> RangeInput {
        switch expression.unwrapped {
        case .matrixSelector(let matrix):
            let range = try durations.milliseconds(matrix.window, allowsNegative: false)
            return try input(of: matrix.selector, range: range)
        case .subquery(let subquery): return try rangeInput(subquery, grid)
        default: throw .execution("expected a range vector")
        }
    }

    private mutating func rangeInput(_ subquery: Subquery, _ grid: Grid) throws(QueryError) -> RangeInput {
        let range = try durations.milliseconds(subquery.window, allowsNegative: false)
        var step = settings.defaultSubqueryStep
        if let written = subquery.step { step = try durations.milliseconds(written, allowsNegative: false) }
        let offset = try offset(subquery.modifiers)
        let at = time(of: subquery.modifiers.at)
        let lower = (at ?? grid.start) - offset - range
        // Its steps are multiples of the step, whenever the query starts; the first one behind the open left end.
        let start = (TimeText.divide(lower, step).quotient + 1) * step
        let inner = Grid(from: start, to: grid.count == 0 ? start - 1 : (at ?? grid.end) - offset, step: step)
        if inner.count > settings.maxSteps {
            throw .tooManySamples("a subquery with \(inner.count) steps", held: 0, limit: settings.maxSteps)
        }
        return RangeInput(
            source: .subquery(try plan(subquery.inner, inner)), range: range, at: at, offset: offset)
    }

    func offset(_ modifiers: SelectorModifiers) throws(QueryError) -> Int64 {
        guard let offset = modifiers.offset else { return 0 }
        return try durations.milliseconds(offset, allowsNegative: true)
    }

    func time(of at: SelectorModifiers.At?) -> Int64? {
        switch at {
        case .time(let time): return Grid.bounded(time)
        case .start: return settings.grid.start
        case .end: return settings.end
        case nil: return nil
        }
    }

    // MARK: Nodes

    /// The node for an operation: a known one when the same was planned before.
    mutating func make(_ operation: PlanOperation, _ grid: Grid, _ position: TextRange) -> PlanNode {
        let key = PlanKey.key(operation, grid)
        if let key, let known = nodes[key] {
            // The new operation is the old one at a later place in the text, which is the one annotations name.
            for child in operation.children { child.uses -= 1 }
            known.operation = operation
            known.position = position
            known.uses += 1
            return known
        }
        lastIdentity += 1
        let node = PlanNode(operation, grid: grid, position: position, identity: lastIdentity)
        if let key { nodes[key] = node }
        return node
    }

    /// The literal's text when it may be a label name.
    func labelName(_ literal: StringLiteral) -> String? {
        let text = literal.value
        return text.isEmpty || !text.utf8.elementsEqual(literal.bytes) ? nil : text
    }
}
