/// All functions by name, with the types the parser checks.
package enum FunctionTable {
    /// The function of this name, if there is one. Names are case-sensitive.
    package static func function(_ name: String) -> Function? { byName[name] }

    /// All functions, sorted by name.
    package static var all: [Function] { byName.values.sorted { $0.name < $1.name } }

    private static let byName: [String: Function] = {
        var table: [String: Function] = [:]
        for function in vectorToVector + calendar + overTime + special + experimental {
            table[function.name] = function
        }
        return table
    }()

    private static let vectorToVector = [
        "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp",
        "floor", "histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum", "ln",
        "log10", "log2", "rad", "sgn", "sin", "sinh", "sort", "sort_desc", "sqrt", "tan", "tanh", "timestamp",
    ].map { Function($0, [.vector]) }

    private static let calendar = [
        "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
    ].map { Function($0, [.vector], variadic: 1) }

    private static let overTime = [
        "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "first_over_time",
        "idelta", "increase", "irate", "last_over_time", "max_over_time", "min_over_time", "present_over_time", "rate",
        "resets", "stddev_over_time", "stdvar_over_time", "sum_over_time",
    ].map { Function($0, [.matrix]) }

    private static let special = [
        Function("clamp", [.vector, .scalar, .scalar]),
        Function("clamp_max", [.vector, .scalar]),
        Function("clamp_min", [.vector, .scalar]),
        Function("histogram_fraction", [.scalar, .scalar, .vector]),
        Function("histogram_quantile", [.scalar, .vector]),
        Function("label_join", [.vector, .string, .string, .string], variadic: -1),
        Function("label_replace", [.vector, .string, .string, .string, .string]),
        Function("pi", [], returns: .scalar),
        Function("predict_linear", [.matrix, .scalar]),
        Function("quantile_over_time", [.scalar, .matrix]),
        Function("round", [.vector, .scalar], variadic: 1),
        Function("scalar", [.vector], returns: .scalar),
        Function("time", [], returns: .scalar),
        Function("vector", [.scalar]),
    ]

    private static let experimental = [
        Function("double_exponential_smoothing", [.matrix, .scalar, .scalar], experimental: true),
        Function("end", [], returns: .scalar, experimental: true),
        Function("histogram_quantiles", [.vector, .string, .scalar, .scalar], variadic: 9, experimental: true),
        Function("info", [.vector, .vector], variadic: 1, experimental: true),
        Function("mad_over_time", [.matrix], experimental: true),
        Function("max_of", [.scalar, .scalar], returns: .scalar, experimental: true),
        Function("min_of", [.scalar, .scalar], returns: .scalar, experimental: true),
        Function("range", [], returns: .scalar, experimental: true),
        Function("sort_by_label", [.vector, .string], variadic: -1, experimental: true),
        Function("sort_by_label_desc", [.vector, .string], variadic: -1, experimental: true),
        Function("start", [], returns: .scalar, experimental: true),
        Function("start_timestamp", [.vector], experimental: true),
        Function("step", [], returns: .scalar, experimental: true),
        Function("ts_of_first_over_time", [.matrix], experimental: true),
        Function("ts_of_last_over_time", [.matrix], experimental: true),
        Function("ts_of_max_over_time", [.matrix], experimental: true),
        Function("ts_of_min_over_time", [.matrix], experimental: true),
    ]
}
