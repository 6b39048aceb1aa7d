import PromQL

/// What can be computed from the samples of a window.
enum WindowFunction {
    /// The newest sample, unless it is a stale marker: what an instant selector gives.
    case newest
    /// The time of that sample in seconds.
    case newestTime
    case rate, increase, delta
    case irate, idelta
    case resets, changes
    case sum, avg, count, min, max, stddev, stdvar
    case first, last, present
    case quantile, medianDeviation
    case deriv, predictLinear
    case smoothing
    case firstTime, lastTime, minTime, maxTime

    /// The stale marker means something: it ends the series.
    var needsStaleMarkers: Bool { self == .newest || self == .newestTime }

    /// The function is defined for `anchored` or `smoothed` windows.
    func takes(_ kind: SelectorModifiers.Extension) -> Bool {
        switch self {
        case .rate, .increase, .delta: return true
        case .resets, .changes: return kind == .anchored
        default: return false
        }
    }

    static func names(taking kind: SelectorModifiers.Extension) -> String {
        kind == .anchored ? "changes, delta, increase, rate, resets" : "delta, increase, rate"
    }

    /// A step costs as much as its window holds.
    var isLinear: Bool {
        switch self {
        case .sum, .avg, .stddev, .stdvar, .quantile, .medianDeviation, .deriv, .predictLinear, .smoothing, .minTime,
            .maxTime:
            return true
        default: return false
        }
    }

    /// The result is one of the samples, so the metric name stays right.
    var keepsName: Bool { self == .newest || self == .first || self == .last }

    /// The result depends on where in the window the samples lie.
    var measuresExtent: Bool { self == .rate || self == .increase || self == .delta }

    /// The samples should be a counter's.
    var expectsCounter: Bool { self == .rate || self == .increase }
}
