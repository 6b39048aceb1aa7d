/// When a query is evaluated; whole seconds.
package enum QueryTimes {
    case instant(Int64)
    case range(start: Int64, end: Int64, step: Int64)

    /// The first and the last.
    package var bounds: (start: Int64, end: Int64) {
        switch self {
        case .instant(let time): return (time, time)
        case .range(let start, let end, _): return (start, end)
        }
    }

    package var description: String {
        switch self {
        case .instant(let time): return "at \(time)"
        case .range(let start, let end, let step): return "from \(start) to \(end) every \(step) s"
        }
    }
}
