import Model
import Synchronization

/// Tells which series of the head may have samples in a range. Where it says no often, it looks at all once: labels
/// that many series have would else be looked for in each again and again. It holds the state lock, for which appends
/// wait, for some thousand looks at a time. Used by one thread.
final class RangeFilter {
    /// Looks without letting go of the lock.
    private static let atOnce = 2048

    private let head: Head
    /// References below this one are part of the view.
    private let limit: UInt32
    private let start: Int64
    private let end: Int64
    private var misses: UInt32 = 0
    private var all: Bitmap?

    /// `start` and `end` in milliseconds, inclusive.
    init(_ head: Head, limit: UInt32, from start: Int64, to end: Int64) {
        self.head = head
        self.limit = limit
        self.start = start
        self.end = end
    }

    func mayHaveSamples(_ reference: UInt32) -> Bool {
        if let all { return all.contains(reference) }
        let isFound = head.stateLock.withLock { _ in head.mayHaveSamples(reference, from: start, to: end) }
        misses += isFound ? 0 : 1
        if misses > limit / 16 { all = lookAtAll() }
        return isFound
    }

    /// Keeps the series that may have samples.
    func filter(_ references: [SeriesReference]) -> [SeriesReference] {
        var found: [SeriesReference] = []
        for first in stride(from: 0, to: references.count, by: Self.atOnce) {
            let run = references[first..<min(first + Self.atOnce, references.count)]
            found += head.stateLock.withLock { _ in
                run.filter { head.mayHaveSamples($0.rawValue, from: start, to: end) }
            }
        }
        return found
    }

    private func lookAtAll() -> Bitmap {
        let found = Bitmap(bound: Int(limit))
        let isAny = head.stateLock.withLock { _ in head.mayHaveSamples(from: start, to: end) }
        if !isAny { return found }
        let references = (0..<limit).map { SeriesReference($0) }
        for reference in filter(references) { found.insert(reference.rawValue) }
        return found
    }
}
