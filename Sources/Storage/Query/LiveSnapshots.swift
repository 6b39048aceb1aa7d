import Synchronization

/// The commits that snapshots in use look at. Sealed groups do not keep commit numbers, so a group stays in
/// memory while some snapshot is older than its last row.
final class LiveSnapshots: Sendable {
    private let commits = Mutex<[UInt64: Int]>([:])

    func add(_ commit: UInt64) { commits.withLock { $0[commit, default: 0] += 1 } }

    func remove(_ commit: UInt64) {
        commits.withLock { commits in
            let left = (commits[commit] ?? 0) - 1
            commits[commit] = left > 0 ? left : nil
        }
    }

    /// The oldest commit in use; nil when no snapshot is.
    var oldest: UInt64? { commits.withLock { $0.keys.min() } }
}
