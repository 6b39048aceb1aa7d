import Model
import PromQL

/// One operation of a plan. All times are resolved: a node is evaluated on its own grid, and nothing below asks
/// who asked. Equal subexpressions on the same grid are one node with several users; its result is then kept
/// until the query ends.
final class PlanNode {
    var operation: PlanOperation
    let grid: Grid
    /// Different for every node of a plan, those included that are gone already.
    let identity: Int
    /// Where the expression stands in the text, for annotations. Of several users the last one counts.
    var position: TextRange
    /// How many parents ask for the result.
    var uses = 1

    init(_ operation: PlanOperation, grid: Grid, position: TextRange, identity: Int) {
        self.operation = operation
        self.grid = grid
        self.identity = identity
        self.position = position
    }

    /// What the node evaluates to: one number per step, or any number of labelled series.
    var type: ValueType { operation.type }

    /// How often this node and those below it stand in the text, by identity.
    var occurrences: [Int: Int] {
        var result: [Int: Int] = [:]
        count(in: &result)
        return result
    }

    private func count(in result: inout [Int: Int]) {
        result[identity, default: 0] += 1
        for child in operation.children { child.count(in: &result) }
    }
}

/// What a node does with its children's results.
enum PlanOperation {
    // One number per step.
    case constant(Double)
    case time
    case scalarOf(PlanNode)
    case scalarBinary(BinaryOperator, PlanNode, PlanNode)
    case scalarNegation(PlanNode)
    case scalarExtremum(isMaximum: Bool, PlanNode, PlanNode)

    /// The only result of the node's child at every step; the child's grid has one step.
    case broadcast(PlanNode)

    // Labelled series, one number or `absent` per step.
    case window(WindowPlan)
    case vectorOf(PlanNode)
    /// No series: functions of native histograms, which there are none of.
    case nothing(PlanNode)
    /// 1 where the child has no value at all, with these labels.
    case absent(PlanNode, Labels)
    case elementwise(ElementwiseFunction, PlanNode, parameters: [PlanNode])
    case timestamps(PlanNode)
    case relabel(LabelRewrite, PlanNode)
    case sort(SortOrder, PlanNode)
    case histogram(HistogramPlan)
    case info(InfoPlan)
    case aggregate(AggregationPlan)
    case vectorScalar(VectorScalarPlan)
    case vectorVector(VectorVectorPlan)
    case set(VectorVectorPlan)

    /// Raw samples: only as the root of an instant query.
    case samples(RangeInput)
    /// Only as the root of an instant query.
    case text(String)

    var type: ValueType {
        switch self {
        case .constant, .time, .scalarOf, .scalarBinary, .scalarNegation, .scalarExtremum: return .scalar
        case .broadcast(let child): return child.type
        case .samples: return .matrix
        case .text: return .string
        default: return .vector
        }
    }

    var children: [PlanNode] {
        switch self {
        case .constant, .time, .text: return []
        case .scalarOf(let child), .scalarNegation(let child), .broadcast(let child), .vectorOf(let child),
            .nothing(let child),
            .absent(let child, _), .timestamps(let child), .relabel(_, let child), .sort(_, let child):
            return [child]
        case .scalarBinary(_, let left, let right), .scalarExtremum(_, let left, let right): return [left, right]
        case .window(let plan): return plan.input.children + plan.parameters
        case .elementwise(_, let child, let parameters): return [child] + parameters
        case .histogram(let plan): return [plan.argument] + plan.parameters
        case .info(let plan): return [plan.argument, plan.times]
        case .aggregate(let plan): return [plan.argument] + (plan.parameter.map { [$0] } ?? [])
        case .vectorScalar(let plan): return [plan.vector, plan.scalar]
        case .vectorVector(let plan), .set(let plan): return [plan.left, plan.right]
        case .samples(let input): return input.children
        }
    }
}

/// Where a window function's samples come from, and which of them belong to which step.
struct RangeInput {
    enum Source {
        case selector(matchers: [LabelMatcher], name: String)
        /// The node's grid covers all windows.
        case subquery(PlanNode)
    }

    var source: Source
    /// The window's length in milliseconds; it is open on the left.
    var range: Int64
    /// The time of `@`, else the step's own counts.
    var at: Int64?
    var offset: Int64
    /// Present for `anchored` and `smoothed`.
    var surroundings: Surroundings?

    var children: [PlanNode] {
        if case .subquery(let node) = source { return [node] }
        return []
    }

    /// The samples around the window that a function of it also gets.
    struct Surroundings: Equatable {
        var kind: SelectorModifiers.Extension
        /// Milliseconds before the window.
        var before: Int64
        /// Milliseconds behind it.
        var after: Int64

        init(_ kind: SelectorModifiers.Extension, lookback: Int64) {
            self.kind = kind
            before = lookback
            after = kind == .smoothed ? lookback : 0
        }
    }

    /// How much further than the window samples are read.
    var before: Int64 { surroundings?.before ?? 0 }
    var after: Int64 { surroundings?.after ?? 0 }

    /// The last millisecond of a step's window.
    @inline(__always) func windowEnd(_ grid: Grid, _ step: Int) -> Int64 { (at ?? grid.time(step)) &- offset }
}

/// A function over the samples in each step's window.
struct WindowPlan {
    var function: WindowFunction
    var input: RangeInput
    /// Scalars on the node's grid.
    var parameters: [PlanNode]
    /// The metric name goes, as after everything that changes what a value means.
    var dropsName: Bool
    /// The position of the range argument, for annotations.
    var argumentPosition: TextRange

    /// All series have the same name, so dropping it cannot make two of them equal.
    var hasOneName: Bool { exactName != nil }

    /// The name that a matcher asks for, when it is an exact one.
    var exactName: String? {
        guard case .selector(let matchers, _) = input.source else { return nil }
        return matchers.first { $0.name == LabelNames.metric && $0.operation == .equal }?.value
    }
}

struct AggregationPlan {
    var operation: AggregationOperator
    var argument: PlanNode
    /// A scalar on the node's grid.
    var parameter: PlanNode?
    /// `count_values`: the label that takes the value.
    var valueLabel: String?
    var grouping: [String]
    var isWithout: Bool
}

struct VectorScalarPlan {
    var operation: BinaryOperator
    var vector: PlanNode
    var scalar: PlanNode
    var scalarIsLeft: Bool
    var returnsBool: Bool
}

struct VectorVectorPlan {
    var operation: BinaryOperator
    var left: PlanNode
    var right: PlanNode
    var returnsBool: Bool
    var matching: VectorMatching

    /// Only filters keep the metric name.
    var dropsName: Bool { !operation.isComparison || returnsBool }
}

struct HistogramPlan {
    enum Function {
        case quantile
        case fraction
        /// `histogram_quantiles`: the label that takes the quantile.
        case quantiles(label: String)
    }

    var function: Function
    var argument: PlanNode
    /// Scalars on the node's grid.
    var parameters: [PlanNode]
}

struct InfoPlan {
    var argument: PlanNode
    /// The times of the newest samples of the info series, names kept.
    var times: PlanNode
    /// What an info series' name must match.
    var nameMatchers: [LabelMatcher]
    /// Which labels are taken over and what they must match; none means all.
    var dataMatchers: [LabelMatcher]
}

/// What happens to labels while values stay as they are.
enum LabelRewrite {
    case replace(destination: String, template: String, source: String, pattern: LabelPattern, patternText: String)
    case join(destination: String, separator: String, sources: [String])
}

/// How an instant vector is ordered.
enum SortOrder {
    case ascending
    case descending
    case labels([String], isDescending: Bool)
}
