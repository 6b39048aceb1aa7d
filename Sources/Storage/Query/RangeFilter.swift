import Model
import Synchronization

/// Tells which series of the head may have samples in a range. Where it says no often, it looks at all once: labels
/// that many series have would else be looked for in each again and again. It holds the state lock, for which appends
/// wait, for some thousand looks at a time. Used by one thread.
final class RangeFilter: SeriesFilter {
    /// Looks without letting go of the lock.
    private static let atOnce = 2048

    private let head: Head
    /// References below this one are part of the view.
    private let limit: UInt32
    private let start: Int64
    private let end: Int64
    /// By timeline, once one of its series was looked at: it may have rows in the range. Many series share one, and to
    /// follow it to its groups is what a look costs.
    private var overlapping: [Bool?] = []
    private var misses: UInt32 = 0
    private var all: Bitmap?

    /// `start` and `end` in milliseconds, inclusive.
    init(_ head: Head, limit: UInt32, from start: Int64, to end: Int64) {
        self.head = head
        self.limit = limit
        self.start = start
        self.end = end
    }

    /// False where the head is altogether newer or older, and no series need be asked for.
    func isAnyWanted() -> Bool { head.stateLock.withLock { _ in head.mayHaveSamples(from: start, to: end) } }

    func isWanted(_ reference: UInt32) -> Bool {
        if let all { return all.contains(reference) }
        var isFound = false
        look(at: CollectionOfOne(reference)) { isFound = $0 }
        misses += isFound ? 0 : 1
        if misses > limit / 16 { all = lookAtAll() }
        return isFound
    }

    func areWanted(_ references: [UInt32]) -> [Bool] {
        var found: [Bool] = []
        found.reserveCapacity(references.count)
        for first in stride(from: 0, to: references.count, by: Self.atOnce) {
            look(at: references[first..<min(first + Self.atOnce, references.count)]) { found.append($0) }
        }
        return found
    }

    /// Keeps the series that may have samples.
    func filter(_ references: [SeriesReference]) -> [SeriesReference] {
        zip(references, areWanted(references.map(\.rawValue))).lazy.filter(\.1).map(\.0)
    }

    /// Calls `body` for each of some series, all in one go. Rows of later commits are not asked for, so what was found
    /// about a timeline holds.
    private func look(at references: some Sequence<UInt32>, _ body: (Bool) -> Void) {
        head.stateLock.withLock { _ in
            head.forEachHome(of: references) { reference, home in
                body(home.map(overlaps) ?? false || head.mayHaveScatteredSamples(reference, from: start, to: end))
            }
        }
    }

    /// A timeline may have rows in the range. With the state lock held.
    private func overlaps(_ timeline: Int) -> Bool {
        if timeline < overlapping.count, let known = overlapping[timeline] { return known }
        let isFound = head.timelines[timeline].overlaps(start, end)
        if timeline >= overlapping.count {
            overlapping += Array(repeating: nil, count: head.timelines.count - overlapping.count)
        }
        overlapping[timeline] = isFound
        return isFound
    }

    private func lookAtAll() -> Bitmap {
        let found = Bitmap(bound: Int(limit))
        let references = (0..<limit).map { SeriesReference($0) }
        for reference in filter(references) { found.insert(reference.rawValue) }
        return found
    }
}
