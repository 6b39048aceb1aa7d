import Model
import PromQL

/// What the generated queries are made of.
struct Coverage {
    private var seen: Set<String> = []
    /// Per depth of operations in each other how many queries.
    private var depths: [Int: Int] = [:]

    /// What 2.42 does not know, and what has no place in a random query.
    private static let newer: Set<String> = [
        "mad_over_time", "first_over_time", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time",
        "ts_of_min_over_time", "sort_by_label", "sort_by_label_desc", "info", "histogram_quantiles", "start", "end",
        "step", "range", "min_of", "max_of", "start_timestamp", "histogram_avg", "histogram_stddev",
        "histogram_stdvar", "histogram_count", "histogram_sum", "histogram_fraction",
    ]

    mutating func add(_ query: String) {
        guard let expression = try? Parser.parse(query) else { return }
        for part in [expression] + expression.descendants() { seen.formUnion(Self.names(part)) }
        depths[Self.depth(expression), default: 0] += 1
    }

    private static func names(_ expression: Expression) -> [String] {
        switch expression {
        case .call(let call): return [call.function.name]
        case .aggregation(let node):
            let form = node.isWithout ? " without" : node.grouping.isEmpty ? "" : " by"
            return [node.operation.rawValue, "aggregation" + form]
        case .binary(let node):
            var names = [node.operation.rawValue + (node.returnsBool ? " bool" : "")]
            guard let matching = node.matching else { return names }
            if matching.isOn { names.append("on") } else if !matching.labels.isEmpty { names.append("ignoring") }
            if matching.cardinality == .manyToOne { names.append("group_left") }
            if matching.cardinality == .oneToMany { names.append("group_right") }
            return names
        case .unary: return ["sign"]
        case .subquery(let node): return ["subquery"] + names(node.modifiers)
        case .vectorSelector(let node): return node.matchers.map(\.operation.rawValue) + names(node.modifiers)
        case .matrixSelector(let node): return ["window"] + names(node.selector.modifiers)
        case .number, .string, .parentheses: return []
        }
    }

    private static func names(_ modifiers: SelectorModifiers) -> [String] {
        (modifiers.offset == nil ? [] : ["offset"]) + (modifiers.at == nil ? [] : ["@"])
    }

    /// Calls, aggregations, operators and subqueries in each other.
    private static func depth(_ expression: Expression) -> Int {
        let inner = expression.children.map { depth($0) }.max() ?? 0
        switch expression {
        case .call, .aggregation, .binary, .unary, .subquery: return inner + 1
        default: return inner
        }
    }

    /// What the language has and no query had.
    var missing: [String] {
        let comparisons = BinaryOperator.allCases.filter(\.isComparison)
        let aggregations = AggregationOperator.allCases.filter { $0 != .limitk && $0 != .limitRatio }
        let operators = BinaryOperator.allCases.filter { $0 != .trimUpper && $0 != .trimLower }
        let wanted =
            FunctionTable.all.map(\.name).filter { !Self.newer.contains($0) } + operators.map(\.rawValue)
            + comparisons.map { $0.rawValue + " bool" } + aggregations.map(\.rawValue)
            + ["aggregation", "aggregation by", "aggregation without", "on", "ignoring", "group_left", "group_right"]
            + ["sign", "subquery", "window", "offset", "@", "=", "!=", "=~", "!~"]
            + ((depths.keys.max() ?? 0) < 4 ? ["operations four deep"] : [])
        return wanted.filter { !seen.contains($0) }.sorted()
    }

    var summary: String {
        let shares = depths.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return "\(seen.count) functions, operators and forms; queries by depth of operations: "
            + shares.joined(separator: ", ")
    }
}
