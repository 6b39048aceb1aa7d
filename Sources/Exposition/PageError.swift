import Model

/// Why a page was refused.
package enum PageError: Error, Sendable, CustomStringConvertible {
    /// The page is not in the format. Lines count from 1.
    case syntax(line: Int, reason: String)
    /// The store would not take a series.
    case series(line: Int, AppendError)

    package var description: String {
        switch self {
        case .syntax(let line, let reason): return "line \(line): \(reason)"
        case .series(let line, let error): return "line \(line): \(error)"
        }
    }
}
