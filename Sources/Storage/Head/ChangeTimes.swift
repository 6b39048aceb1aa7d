import Synchronization

/// From which time on the samples of a store may differ from what they were at an earlier commit. Thread safe.
///
/// Commits are kept in runs, each with the earliest time of its samples. Of an earlier run whose time is not earlier
/// than that of a later one nothing more can be said than of the later one, so times ascend, and the first run after a
/// commit has the answer (a monotonic stack).
final class ChangeTimes: Sendable {
    private struct Run {
        var lastCommit: UInt64
        /// Milliseconds.
        var earliest: Int64
    }

    private struct State {
        var runs: [Run] = []
        /// Nothing is known of commits up to this one.
        var forgotten: UInt64 = 0
        var removals: UInt64 = 0
    }

    /// Commits less than so many milliseconds apart make up one run: what is scraped within a second counts as changed
    /// from its first sample on.
    private static let resolution: Int64 = 1000
    /// More than an hour of them.
    private static let most = 4096

    private let state = Mutex(State())

    /// A commit, in ascending order, and the earliest time of a sample that it brought.
    func note(_ commit: UInt64, earliest: Int64) {
        state.withLock { state in
            while let last = state.runs.last, last.earliest >= earliest { state.runs.removeLast() }
            if let last = state.runs.last, earliest - last.earliest < Self.resolution {
                state.runs[state.runs.count - 1].lastCommit = commit
            } else {
                state.runs.append(Run(lastCommit: commit, earliest: earliest))
            }
            if state.runs.count > Self.most {
                state.forgotten = state.runs[Self.most / 4 - 1].lastCommit
                state.runs.removeFirst(Self.most / 4)
            }
        }
    }

    /// Samples are gone, or are seen again that were not, with readers seeing that already.
    func noteRemoval() { state.withLock { $0.removals += 1 } }

    /// How often that was.
    var removals: UInt64 { state.withLock { $0.removals } }

    /// Samples before this time are the same as they were at a commit, but for removals; `Int64.max` when all are, nil
    /// when that is too long ago to tell.
    func firstChange(after commit: UInt64) -> Int64? {
        state.withLock { state in
            if commit < state.forgotten { return nil }
            var low = 0
            var high = state.runs.count
            while low < high {
                let middle = (low + high) / 2
                if state.runs[middle].lastCommit > commit { high = middle } else { low = middle + 1 }
            }
            return low == state.runs.count ? .max : state.runs[low].earliest
        }
    }
}
