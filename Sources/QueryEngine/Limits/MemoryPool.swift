import Synchronization

/// The bytes that all queries together may hold (`--query.max-total-memory`). Thread safe.
final class MemoryPool: Sendable {
    let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

    var free: Int { limit - taken.withLock { $0 } }

    /// False, with nothing taken, when there is not so much.
    func take(_ bytes: Int) -> Bool {
        taken.withLock { taken in
            if bytes > limit - taken { return false }
            taken += bytes
            return true
        }
    }

    func release(_ bytes: Int) { taken.withLock { $0 -= bytes } }
}
