import Foundation

/// Whether two servers answered the same.
package enum Agreement {
    /// Nil when they agree; else the first difference.
    package static func difference(_ left: [Answers.Series], _ right: [Answers.Series]) -> String? {
        let a = Dictionary(left.map { (key($0.labels), $0.points) }) { first, _ in first }
        let b = Dictionary(right.map { (key($0.labels), $0.points) }) { first, _ in first }
        if a.count != b.count { return "\(a.count) and \(b.count) series" }
        for (labels, points) in a {
            guard let others = b[labels] else { return "\(labels) is on one side only" }
            if points.count != others.count { return "\(labels): \(points.count) and \(others.count) points" }
            for (one, other) in zip(points, others) {
                if one.time != other.time { return "\(labels): times \(one.time) and \(other.time)" }
                if !isClose(one.value, other.value) {
                    return "\(labels) at \(one.time): \(one.value) and \(other.value)"
                }
            }
        }
        return nil
    }

    private static func key(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// Equal but for rounding; all NaN are one.
    package static func isClose(_ left: Double, _ right: Double) -> Bool {
        if left == right || left.isNaN && right.isNaN { return true }
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    }
}
