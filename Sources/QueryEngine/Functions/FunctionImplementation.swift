/// What implements a function of the language.
enum FunctionImplementation {
    case window(WindowFunction)
    case elementwise(ElementwiseFunction)
    /// The same on `vector(time())` when the argument is missing.
    case calendar(ElementwiseFunction)
    case absent
    case absentOverTime
    case timestamp
    case labelReplace
    case labelJoin
    case info
    case sort(isDescending: Bool)
    case sortByLabel(isDescending: Bool)
    case histogramQuantile
    case histogramQuantiles
    case histogramFraction
    /// Functions of native histograms (and of start times): nothing comes of floats.
    case nativeHistogram
    case scalar
    case vector
    case time
    case pi
    case start, end, step, range
    case scalarMinimum, scalarMaximum
}

extension FunctionImplementation {
    static let byName: [String: FunctionImplementation] = [
        "rate": .window(.rate), "increase": .window(.increase), "delta": .window(.delta),
        "irate": .window(.irate), "idelta": .window(.idelta),
        "resets": .window(.resets), "changes": .window(.changes),
        "sum_over_time": .window(.sum), "avg_over_time": .window(.avg), "count_over_time": .window(.count),
        "min_over_time": .window(.min), "max_over_time": .window(.max),
        "stddev_over_time": .window(.stddev), "stdvar_over_time": .window(.stdvar),
        "first_over_time": .window(.first), "last_over_time": .window(.last),
        "present_over_time": .window(.present), "absent_over_time": .absentOverTime,
        "quantile_over_time": .window(.quantile), "mad_over_time": .window(.medianDeviation),
        "deriv": .window(.deriv), "predict_linear": .window(.predictLinear),
        "double_exponential_smoothing": .window(.smoothing),
        "ts_of_first_over_time": .window(.firstTime), "ts_of_last_over_time": .window(.lastTime),
        "ts_of_min_over_time": .window(.minTime), "ts_of_max_over_time": .window(.maxTime),
        "abs": .elementwise(.abs), "ceil": .elementwise(.ceil), "floor": .elementwise(.floor),
        "exp": .elementwise(.exp), "sqrt": .elementwise(.sqrt), "sgn": .elementwise(.sgn),
        "ln": .elementwise(.ln), "log2": .elementwise(.log2), "log10": .elementwise(.log10),
        "sin": .elementwise(.sin), "cos": .elementwise(.cos), "tan": .elementwise(.tan),
        "asin": .elementwise(.asin), "acos": .elementwise(.acos), "atan": .elementwise(.atan),
        "sinh": .elementwise(.sinh), "cosh": .elementwise(.cosh), "tanh": .elementwise(.tanh),
        "asinh": .elementwise(.asinh), "acosh": .elementwise(.acosh), "atanh": .elementwise(.atanh),
        "rad": .elementwise(.rad), "deg": .elementwise(.deg),
        "round": .elementwise(.round), "clamp": .elementwise(.clamp),
        "clamp_min": .elementwise(.clampMin), "clamp_max": .elementwise(.clampMax),
        "minute": .calendar(.minute), "hour": .calendar(.hour), "month": .calendar(.month),
        "year": .calendar(.year), "day_of_week": .calendar(.dayOfWeek), "day_of_month": .calendar(.dayOfMonth),
        "day_of_year": .calendar(.dayOfYear), "days_in_month": .calendar(.daysInMonth),
        "absent": .absent, "timestamp": .timestamp, "label_replace": .labelReplace, "label_join": .labelJoin,
        "info": .info,
        "sort": .sort(isDescending: false), "sort_desc": .sort(isDescending: true),
        "sort_by_label": .sortByLabel(isDescending: false), "sort_by_label_desc": .sortByLabel(isDescending: true),
        "histogram_quantile": .histogramQuantile, "histogram_quantiles": .histogramQuantiles,
        "histogram_fraction": .histogramFraction,
        "histogram_count": .nativeHistogram, "histogram_sum": .nativeHistogram, "histogram_avg": .nativeHistogram,
        "histogram_stddev": .nativeHistogram, "histogram_stdvar": .nativeHistogram,
        "start_timestamp": .nativeHistogram,
        "scalar": .scalar, "vector": .vector, "time": .time, "pi": .pi,
        "start": .start, "end": .end, "step": .step, "range": .range,
        "min_of": .scalarMinimum, "max_of": .scalarMaximum,
    ]

    /// The result changes with the time of evaluation although the arguments do not.
    static let timeDependent: Set<String> = [
        "days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "month", "year",
        "predict_linear", "time", "timestamp",
    ]
}
