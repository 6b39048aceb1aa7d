import Model

/// The raw value is how it is written.
package enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case power = "^"
    case atan2
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case and
    case or
    case unless
    /// Native histograms only.
    case trimUpper = "</"
    case trimLower = ">/"

    package var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return true
        default: return false
        }
    }

    package var isSet: Bool { self == .and || self == .or || self == .unless }
}

package struct BinaryOperation: Sendable {
    package var operation: BinaryOperator
    package var left: Expression
    package var right: Expression
    /// `bool` was written.
    package var returnsBool: Bool
    /// Present when both sides are vectors.
    package var matching: VectorMatching?
    package var range: TextRange

    package init(
        operation: BinaryOperator, left: Expression, right: Expression, returnsBool: Bool = false,
        matching: VectorMatching? = nil, range: TextRange
    ) {
        self.operation = operation
        self.left = left
        self.right = right
        self.returnsBool = returnsBool
        self.matching = matching
        self.range = range
    }
}

package struct VectorMatching: Sendable {
    package enum Cardinality: String, Sendable {
        case oneToOne = "one-to-one"
        /// `group_left`
        case manyToOne = "many-to-one"
        /// `group_right`
        case oneToMany = "one-to-many"
        /// Set operators.
        case manyToMany = "many-to-many"
    }

    package var cardinality: Cardinality
    /// True for `on`, false for `ignoring` (and for none).
    package var isOn: Bool
    package var labels: [String]
    /// Labels that `group_left`/`group_right` copies from the one side.
    package var include: [String]
    /// `fill`, `fill_left`, `fill_right`: the value for a missing partner.
    package var fillLeft: Double?
    package var fillRight: Double?

    package init(
        cardinality: Cardinality = .oneToOne, isOn: Bool = false, labels: [String] = [], include: [String] = [],
        fillLeft: Double? = nil, fillRight: Double? = nil
    ) {
        self.cardinality = cardinality
        self.isOn = isOn
        self.labels = labels
        self.include = include
        self.fillLeft = fillLeft
        self.fillRight = fillRight
    }
}

/// The raw value is how it is written.
package enum AggregationOperator: String, Sendable, CaseIterable {
    case sum, avg, count, min, max, group, stddev, stdvar, topk, bottomk, quantile
    case countValues = "count_values"
    case limitk
    case limitRatio = "limit_ratio"

    /// The operator takes a parameter in front of the vector.
    package var hasParameter: Bool {
        switch self {
        case .topk, .bottomk, .quantile, .countValues, .limitk, .limitRatio: return true
        default: return false
        }
    }
}

package struct Aggregation: Sendable {
    package var operation: AggregationOperator
    package var argument: Expression
    package var parameter: Expression?
    package var grouping: [String]
    package var isWithout: Bool
    package var range: TextRange

    package init(
        operation: AggregationOperator, argument: Expression, parameter: Expression? = nil, grouping: [String] = [],
        isWithout: Bool = false, range: TextRange
    ) {
        self.operation = operation
        self.argument = argument
        self.parameter = parameter
        self.grouping = grouping
        self.isWithout = isWithout
        self.range = range
    }
}

package struct Call: Sendable {
    package var function: Function
    package var arguments: [Expression]
    package var range: TextRange

    package init(function: Function, arguments: [Expression], range: TextRange) {
        self.function = function
        self.arguments = arguments
        self.range = range
    }
}

/// A function's name and types, as the type check needs them. `FunctionTable` (Functions.swift) lists all.
package struct Function: Sendable {
    package var name: String
    package var argumentTypes: [ValueType]
    /// 0: exactly `argumentTypes`; n > 0: the last n may be missing; -1: the last may be missing or repeat.
    package var variadic: Int
    package var returnType: ValueType
    package var isExperimental: Bool

    package init(
        _ name: String, _ argumentTypes: [ValueType], variadic: Int = 0, returns returnType: ValueType = .vector,
        experimental isExperimental: Bool = false
    ) {
        self.name = name
        self.argumentTypes = argumentTypes
        self.variadic = variadic
        self.returnType = returnType
        self.isExperimental = isExperimental
    }
}
