import Model

/// Why a series cannot be added.
package enum SeriesIndexError: Error, Equatable, CustomStringConvertible {
    /// A label set with no label, or with more than 65,535.
    case labelCount(Int)
    /// 32-bit numbers of this kind are used up.
    case full(String)
    /// The reference is taken.
    case occupied(SeriesReference)

    package var description: String {
        switch self {
        case .labelCount(let count): return "a series with \(count) labels cannot be stored (1 to 65535)"
        case .full(let what): return "no more \(what) can be stored"
        case .occupied(let reference): return "series \(reference.rawValue) exists already"
        }
    }
}
