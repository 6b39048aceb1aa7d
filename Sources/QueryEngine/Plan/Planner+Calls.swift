import Model
import PromQL

extension Planner {
    mutating func plan(_ call: Call, _ grid: Grid) throws(QueryError) -> PlanNode {
        guard let implementation = FunctionImplementation.byName[call.function.name] else {
            throw .execution("function \(GoText.quoted(call.function.name)) is not supported yet")
        }
        switch implementation {
        case .window(let function): return try planWindow(function, call, grid)
        case .absentOverTime: return try planAbsentOverTime(call, grid)
        case .scalar: return make(.scalarOf(try argument(0, of: call, grid)), grid, call.range)
        case .time: return make(.time, grid, call.range)
        case .pi: return make(.constant(.pi), grid, call.range)
        case .start: return make(.constant(Double(settings.grid.start) / 1000), grid, call.range)
        case .end: return make(.constant(Double(settings.end) / 1000), grid, call.range)
        case .range: return make(.constant(durations.range), grid, call.range)
        case .step:
            let isOneTime = settings.end == settings.grid.start
            return make(.constant(isOneTime ? 0 : durations.step), grid, call.range)
        case .scalarMinimum, .scalarMaximum:
            let isMaximum = if case .scalarMaximum = implementation { true } else { false }
            let (left, right) = (try argument(0, of: call, grid), try argument(1, of: call, grid))
            return make(.scalarExtremum(isMaximum: isMaximum, left, right), grid, call.range)
        default: return try planVector(implementation, call, grid)
        }
    }

    /// Functions of instant vectors.
    private mutating func planVector(
        _ implementation: FunctionImplementation, _ call: Call, _ grid: Grid
    ) throws(QueryError) -> PlanNode {
        switch implementation {
        case .timestamp:
            if case .vectorSelector(let selector) = call.arguments.first?.unwrapped {
                let input = try input(of: selector, range: settings.lookback)
                return make(.window(window(.newestTime, input, [], selector.range)), grid, call.range)
            }
            return make(.timestamps(try argument(0, of: call, grid)), grid, call.range)
        case .calendar(let function):
            let argument =
                call.arguments.isEmpty
                ? make(.vectorOf(make(.time, grid, call.range)), grid, call.range)
                : try argument(0, of: call, grid)
            return make(.elementwise(function, argument, parameters: []), grid, call.range)
        case .histogramQuantile: return try planHistogram(.quantile, argument: 1, call, grid)
        case .histogramFraction: return try planHistogram(.fraction, argument: 2, call, grid)
        case .histogramQuantiles:
            return try planHistogram(.quantiles(label: string(1, of: call)), argument: 0, call, grid)
        case .info: return try planInfo(call, grid)
        case .vector: return make(.vectorOf(try argument(0, of: call, grid)), grid, call.range)
        default: break
        }
        let argument = try argument(0, of: call, grid)
        switch implementation {
        case .elementwise(let function):
            let parameters = try self.arguments(1, of: call, grid)
            return make(.elementwise(function, argument, parameters: parameters), grid, call.range)
        case .absent: return make(.absent(argument, absentLabels(call)), grid, call.range)
        case .labelReplace: return make(.relabel(try labelReplace(call), argument), grid, call.range)
        case .labelJoin: return make(.relabel(try labelJoin(call), argument), grid, call.range)
        case .sort(let isDescending):
            return make(.sort(isDescending ? .descending : .ascending, argument), grid, call.range)
        case .sortByLabel(let isDescending):
            let names = (1..<max(call.arguments.count, 1)).map { string($0, of: call) }
            return make(.sort(.labels(names, isDescending: isDescending), argument), grid, call.range)
        default: return make(.nothing(argument), grid, call.range)
        }
    }

    private mutating func planWindow(
        _ function: WindowFunction, _ call: Call, _ grid: Grid
    ) throws(QueryError) -> PlanNode {
        guard let rangeIndex = call.arguments.firstIndex(where: { $0.type == .matrix }) else {
            throw .execution("function \(GoText.quoted(call.function.name)) needs a range vector")
        }
        let input = try rangeInput(call.arguments[rangeIndex], grid)
        if let kind = input.surroundings?.kind, !function.takes(kind) {
            throw .execution(
                "\(kind.rawValue) modifier can only be used with: \(WindowFunction.names(taking: kind)) - not with "
                    + call.function.name)
        }
        var parameters: [PlanNode] = []
        for (index, argument) in call.arguments.enumerated() where index != rangeIndex {
            parameters.append(try plan(argument, grid))
        }
        // Annotations name the first argument, whichever it is.
        let position = call.arguments[0].unwrapped.range
        return make(.window(window(function, input, parameters, position)), grid, call.range)
    }

    private mutating func planAbsentOverTime(_ call: Call, _ grid: Grid) throws(QueryError) -> PlanNode {
        let input = try rangeInput(call.arguments[0], grid)
        var presence = window(.present, input, [], call.arguments[0].range)
        // Only whether there is any series counts, so equal labels do no harm.
        presence.dropsName = false
        let node = make(.window(presence), grid, call.range)
        return make(.absent(node, absentLabels(call)), grid, call.range)
    }

    private mutating func planHistogram(
        _ function: HistogramPlan.Function, argument index: Int, _ call: Call, _ grid: Grid
    ) throws(QueryError) -> PlanNode {
        var parameters: [PlanNode] = []
        for (position, argument) in call.arguments.enumerated() where argument.type == .scalar && position != index {
            parameters.append(try plan(argument, grid))
        }
        let plan = HistogramPlan(
            function: function, argument: try argument(index, of: call, grid), parameters: parameters)
        return make(.histogram(plan), grid, call.range)
    }

    // MARK: Arguments

    mutating func argument(_ index: Int, of call: Call, _ grid: Grid) throws(QueryError) -> PlanNode {
        guard index < call.arguments.count else {
            throw .execution("function \(GoText.quoted(call.function.name)) lacks an argument")
        }
        return try plan(call.arguments[index], grid)
    }

    private mutating func arguments(_ first: Int, of call: Call, _ grid: Grid) throws(QueryError) -> [PlanNode] {
        var result: [PlanNode] = []
        for argument in call.arguments.dropFirst(first) { result.append(try plan(argument, grid)) }
        return result
    }

    private func literal(_ index: Int, of call: Call) -> StringLiteral {
        if index < call.arguments.count, case .string(let literal) = call.arguments[index].unwrapped {
            return literal
        }
        return StringLiteral(bytes: [], range: call.range)
    }

    private func string(_ index: Int, of call: Call) -> String { literal(index, of: call).value }

    private func labelReplace(_ call: Call) throws(QueryError) -> LabelRewrite {
        let text = string(4, of: call)
        let pattern: LabelPattern
        do {
            pattern = try LabelPattern(text)
        } catch {
            throw .execution("invalid regular expression in label_replace(): \(text)")
        }
        try patterns.add(pattern.byteCount)
        guard let destination = labelName(literal(1, of: call)) else {
            throw .execution("invalid destination label name in label_replace(): \(string(1, of: call))")
        }
        return .replace(
            destination: destination, template: string(2, of: call), source: string(3, of: call), pattern: pattern,
            patternText: text)
    }

    private func labelJoin(_ call: Call) throws(QueryError) -> LabelRewrite {
        var sources: [String] = []
        for index in 3..<max(call.arguments.count, 3) {
            guard let source = labelName(literal(index, of: call)) else {
                throw .execution("invalid source label name in label_join(): \(string(index, of: call))")
            }
            sources.append(source)
        }
        guard let destination = labelName(literal(1, of: call)) else {
            throw .execution("invalid destination label name in label_join(): \(string(1, of: call))")
        }
        return .join(destination: destination, separator: string(2, of: call), sources: sources)
    }

    /// The labels of what is absent: those that the selector asks for by an equality that occurs once.
    private func absentLabels(_ call: Call) -> Labels {
        let selector: VectorSelector
        switch call.arguments.first?.unwrapped {
        case .vectorSelector(let one): selector = one
        case .matrixSelector(let matrix): selector = matrix.selector
        default: return .empty
        }
        var builder = LabelsBuilder()
        var seen: Set<String> = []
        for matcher in selector.matchers where matcher.name != LabelNames.metric {
            if matcher.operation == .equal, seen.insert(matcher.name).inserted {
                builder.set(matcher.name, matcher.value)
            } else {
                builder.remove(matcher.name)
            }
        }
        return builder.labels()
    }
}
